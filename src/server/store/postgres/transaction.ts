import type { Pool, PoolClient } from "pg";
import { isShared, type Scope } from "../store.ts";
import { failureOf, isAborted } from "./failure.ts";
import type { Queues } from "./queues.ts";
import { askClient, type Ask } from "./session.ts";

/** An open transaction. */
export interface Transaction {
  ask: Ask;
  /** Adds a statement that is not awaited before the commit; if it fails, the transaction fails. */
  later(this: void, sent: Promise<unknown>): void;
  /** Runs `then` as soon as it is committed. */
  afterCommit(this: void, then: () => void): void;
}

/** What a transaction needs. */
export interface Needed {
  pool: Pool;
  queues: Queues;
  tenant: string;
}

/**
 * Runs `work` in a transaction that holds the locks of its scope. The first statement is sent together with BEGIN, and the last ones with the commit,
 * so that neither costs a round trip.
 */
export function inTransactionOf<R>(
  { pool, queues, tenant }: Needed,
  scope: Scope,
  work: (transaction: Transaction) => Promise<R>,
): Promise<R> {
  const locks = locksOf(tenant, scope);
  return queues.hold(locks, async () => {
    const client = await taken(pool);
    const committed: (() => void)[] = [];
    const failures = collectFailures();
    let isSound = false;
    try {
      failures.later(command(client, beginning(client, locks)));
      const result = await work({
        ask: askClient(client),
        later: failures.later,
        afterCommit: (then) => void committed.push(then),
      });
      const ended = await command(client, "COMMIT");
      const failure = await failures.first();
      isSound = true;
      if (failure !== undefined) throw failure;
      if (ended !== "COMMIT") throw new Error("the transaction was rolled back");
      for (const then of committed) then();
      return result;
    } catch (error) {
      isSound ||= await isRolledBack(client);
      const first = isAborted(error) ? await failures.first() : undefined;
      throw first ?? error;
    } finally {
      client.release(!isSound);
    }
  });
}

/** The names of the locks that a scope takes; always in this order, to avoid deadlocks. */
function locksOf(tenant: string, scope: Scope): string[] {
  const names = isShared(scope) ? [`${tenant}/`] : [];
  return scope.thread === undefined ? names : [`${tenant}/${scope.thread}`, ...names];
}

function beginning(client: PoolClient, locks: readonly string[]): string {
  const taken = locks.map((name) => `pg_advisory_xact_lock(hashtextextended(${client.escapeLiteral(name)}, 0))`);
  return `BEGIN; SELECT ${taken.join(", ")}`;
}

async function taken(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw failureOf(error);
  }
}

/** Returns the name of the last command: a COMMIT that comes too late is a ROLLBACK. */
async function command(client: PoolClient, text: string): Promise<string> {
  try {
    return (await client.query(text)).command;
  } catch (error) {
    throw failureOf(error);
  }
}

/** Whether the connection can be used again. */
async function isRolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

/** Collects the failures of promises that are not awaited. */
function collectFailures(): { later(this: void, sent: Promise<unknown>): void; first(): Promise<unknown> } {
  const outcomes: Promise<unknown>[] = [];
  return {
    later(sent) {
      outcomes.push(
        sent.then(
          () => undefined,
          (error: unknown) => error,
        ),
      );
    },
    first: async () => (await Promise.all(outcomes)).find((error) => error !== undefined),
  };
}
