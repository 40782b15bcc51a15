import type { Pool } from "pg";
import {
  checkCovered,
  checkPart,
  defaultTenant,
  inserted,
  isShared,
  replaced,
  scopeOf,
  type Chunks,
  type Filter,
  type Jobs,
  type Kind,
  type OpenedStore,
  type PageQuery,
  type Revision,
  type Scope,
  type Store,
  type Write,
} from "../store.ts";
import { createWordSplitter, type WordSplitter } from "../sqlite/words.ts";
import { postgresBlobs, type PostgresBlobs } from "./blobs.ts";
import { postgresChunks } from "./chunks.ts";
import { createPool, defaultConnections, unlessUnusable } from "./connect.ts";
import { postgresDocuments, type PostgresDocuments } from "./documents.ts";
import { postgresJobs } from "./jobs.ts";
import { migrate } from "./migrate.ts";
import { tables } from "./schema.ts";
import { createQueues, type Queues } from "./queues.ts";
import { askPool, type Ask } from "./session.ts";
import { createKnownThreads, type KnownThreads } from "./threads.ts";
import { inTransactionOf, type Transaction } from "./transaction.ts";
import { nameOf } from "./url.ts";

/**
 * Opens a store in a PostgreSQL database, which any number of processes may use. Rejects with a ProblemError if it cannot be used. `connections` is how
 * many this process holds at most.
 */
export async function openPostgresStore(url: string, connections = defaultConnections): Promise<OpenedStore> {
  const pool = await createPool(url, connections);
  try {
    await unlessUnusable(url, async () => {
      const client = await pool.connect();
      try {
        await migrate(client, nameOf(url));
      } finally {
        client.release();
      }
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  const base = { pool, queues: createQueues(), splitter: createWordSplitter() };
  const tenant = (name: string): Store => tenantStore({ ...base, tenant: name, known: createKnownThreads() });
  return {
    ...tenant(defaultTenant),
    tenant,
    close: () => pool.end(),
  };
}

interface Parts {
  pool: Pool;
  queues: Queues;
  splitter: WordSplitter;
  tenant: string;
  known: KnownThreads;
}

/**
 * The store as one tenant sees it. A transaction holds the lock of its thread, or of the shared data, from its beginning until it is committed: in
 * this process by a queue, in the database by an advisory lock. So within a scope everything runs in sequence, as on SQLite, and the isolation level
 * READ COMMITTED is enough.
 */
function tenantStore(parts: Parts): Store {
  const { tenant, known, pool } = parts;
  const single = tablesOf(askPool(pool), parts);
  const enclosed = <R>(scope: Scope, work: (transaction: Transaction) => Promise<R>): Promise<R> =>
    inTransactionOf(parts, scope, work);

  /** Writes in a separate transaction, which takes one round trip: the commit follows at once. */
  const writeAll = async (writes: readonly Write[]): Promise<boolean> => {
    const { sent } = await enclosed(scopeOf(writes), async ({ ask, later }) => {
      const sent = tablesOf(ask, parts).documents.send(writes);
      sent.forEach(later);
      return { sent };
    });
    return (await Promise.all(sent)).every(Boolean);
  };
  /** The scope of the object with this key; an object that does not exist yet will be in the scope of its first write. */
  const scopeOfKey = async (kind: string, key: string): Promise<Scope> => {
    const thread = await single.documents.threadOf(kind, key);
    return thread === null || thread === "" ? {} : { thread };
  };

  return {
    ...reading(single),
    insert: async (kind, value) => void (await writeAll([inserted(kind, value)])),
    replace: (kind, value) => writeAll([replaced(kind, value)]),
    write: async (writes) => void (await writeAll(writes)),
    async revise<T, R>(kind: Kind<T>, key: string, revise: (current: T | null) => Revision<R>): Promise<R> {
      const within = async (scope: Scope): Promise<R> => {
        const outcome = await enclosed(scope, async (transaction): Promise<Outcome<R>> => {
          const { documents } = tablesOf(transaction.ask, parts);
          const revision = revise(await documents.get(kind, key));
          const needed = scopeOf(revision.writes);
          // The object did not exist yet when its thread was looked up, or more than this object is written.
          if (revision.writes.length > 0 && !covers(scope, needed))
            return { kind: "elsewhere", scope: { thread: needed.thread ?? scope.thread, shared: isShared(needed) } };
          return { kind: "done", result: revised(revision, documents, transaction) };
        });
        return outcome.kind === "done" ? outcome.result : within(outcome.scope);
      };
      return within(await scopeOfKey(kind.name, key));
    },
    async remove(kind, key) {
      return enclosed(await scopeOfKey(kind.name, key), ({ ask }) => tablesOf(ask, parts).documents.remove(kind, key));
    },
    removeChildren: (kind, parent) => single.documents.removeChildren(kind, parent),
    clear: () =>
      enclosed({}, async ({ ask }) => {
        await ask("SET LOCAL statement_timeout = 0", []);
        for (const table of tables) await ask(`DELETE FROM playbill.${table} WHERE tenant = $1`, [tenant]);
        known.clear();
      }),
    jobs: single.jobs,
    now: () => timeOf(askPool(pool)),
    chunks: {
      ...single.chunks,
      append: (vectorStoreId, fileId, some) =>
        enclosed({}, ({ ask }) => tablesOf(ask, parts).chunks.append(vectorStoreId, fileId, some)),
    },
    transaction: (work, scope = {}) =>
      enclosed(scope, (transaction) => {
        const { tx, end } = transactionStore(parts, scope, transaction);
        return work(tx).finally(end);
      }),
    afterCommit: (then) => then(),
  };
}

/** The time of the database, in milliseconds since 1970. */
async function timeOf(ask: Ask): Promise<number> {
  const { rows } = await ask<{ now: number }>(
    "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now",
    [],
  );
  return rows[0]?.now ?? NaN;
}

function covers(scope: Scope, needed: Scope): boolean {
  return (needed.thread ?? scope.thread) === scope.thread && (isShared(scope) || !isShared(needed));
}

/** The result of a revision, or the scope that it would have needed. */
type Outcome<R> = { kind: "done"; result: R } | { kind: "elsewhere"; scope: Scope };

interface Tables {
  documents: PostgresDocuments;
  blobs: PostgresBlobs;
  chunks: Chunks;
  jobs: Jobs;
}

function tablesOf(ask: Ask, { tenant, known, splitter }: Parts): Tables {
  return {
    documents: postgresDocuments(ask, tenant, known),
    blobs: postgresBlobs(ask, tenant),
    chunks: postgresChunks(ask, tenant, splitter),
    jobs: postgresJobs(ask, tenant),
  };
}

/** The read operations, and bytes, which are written with one statement each. */
function reading({ documents, blobs }: Tables): Pick<Store, "get" | "page" | "all" | "blobs"> {
  return {
    get: <T>(kind: Kind<T>, key: string) => documents.get(kind, key),
    page: <T>(kind: Kind<T>, query: PageQuery) => documents.page(kind, query),
    all: <T>(kind: Kind<T>, filter?: Filter) => documents.all(kind, filter),
    blobs: {
      append: (id, part) => blobs.append(id, part),
      async *parts(id) {
        for (let part = await blobs.next(id, -1); part; part = await blobs.next(id, part.number)) yield part.bytes;
      },
      remove: (id) => blobs.remove(id),
      ids: () => blobs.ids(),
    },
  };
}

/** Sends the writes of a revision without waiting for the answer: the commit, which follows at once, reports failures. */
function revised<R>(
  { writes, afterCommit, result }: Revision<R>,
  documents: PostgresDocuments,
  transaction: Transaction,
): R {
  documents.send(writes).forEach(transaction.later);
  if (afterCommit) transaction.afterCommit(afterCommit);
  return result;
}

/** The store within a transaction. */
function transactionStore(parts: Parts, scope: Scope, transaction: Transaction): { tx: Store; end: () => void } {
  let isOpen = true;
  const ask: Ask = async (text, values) => {
    if (!isOpen) throw new Error("This transaction is over.");
    return transaction.ask(text, values);
  };
  const made = tablesOf(ask, parts);
  const { documents, chunks, jobs } = made;
  const checked = (writes: readonly Write[]): void => {
    for (const { row } of writes) checkCovered(scope, row.thread);
  };
  /** Sends writes; the answers are awaited at the end. */
  const send = async (writes: readonly Write[]): Promise<void> => {
    if (!isOpen) throw new Error("This transaction is over.");
    checked(writes);
    documents.send(writes).forEach(transaction.later);
  };
  const tx: Store = {
    ...reading(made),
    insert: (kind, value) => send([inserted(kind, value)]),
    async replace(kind, value) {
      const write = replaced(kind, value);
      checked([write]);
      return (await Promise.all(documents.send([write]))).every(Boolean);
    },
    write: send,
    async revise<T, R>(kind: Kind<T>, key: string, revise: (current: T | null) => Revision<R>) {
      const revision = revise(await documents.get(kind, key));
      checked(revision.writes);
      return revised(revision, documents, transaction);
    },
    remove: (kind, key) => documents.remove(kind, key),
    removeChildren: (kind, parent) => documents.removeChildren(kind, parent),
    async clear() {
      throw new Error("a store can only be emptied completely, outside transactions");
    },
    chunks,
    jobs,
    now: () => timeOf(ask),
    async transaction(inner, within = {}) {
      checkPart(scope, within);
      return inner(tx);
    },
    afterCommit: transaction.afterCommit,
  };
  return {
    tx,
    end: () => {
      isOpen = false;
    },
  };
}
