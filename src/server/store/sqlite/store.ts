import type { DatabaseSync } from "node:sqlite";
import {
  checkCovered,
  checkPart,
  defaultTenant,
  inserted,
  replaced,
  scopeOf,
  type Filter,
  type Kind,
  type OpenedStore,
  type PageQuery,
  type Revision,
  type Scope,
  type Store,
  type Write,
} from "../store.ts";
import { sqliteBlobs } from "./blobs.ts";
import { sqliteChunks } from "./chunks.ts";
import { openDatabase } from "./database.ts";
import { sqliteDocuments } from "./documents.ts";
import { sqliteJobs } from "./jobs.ts";
import { scopedTables, type Tables } from "./scope.ts";
import { busyTimeout, isBusy, whenFree, createTurns } from "./turns.ts";

/** Opens a store in a file, or `:memory:`. Rejects with a ProblemError if the file cannot be used. See `openDatabase` for `keepsChanges`. */
export async function openSqliteStore(path: string, keepsChanges = true): Promise<OpenedStore> {
  return createSqliteStore(await openDatabase(path, keepsChanges));
}

/**
 * The store on an open database (see `openDatabase`). One connection has one writer: transactions run in sequence, and an operation outside
 * a transaction waits only while one is open. Every transaction takes the lock of the file when it begins, so that what it reads stays true. While another
 * connection has that lock, it retries for `patience` milliseconds; that connection may be in this process.
 */
export function createSqliteStore(database: DatabaseSync, patience = busyTimeout): OpenedStore {
  const all = {
    documents: sqliteDocuments(database),
    blobs: sqliteBlobs(database),
    chunks: sqliteChunks(database),
    jobs: sqliteJobs(database),
  };
  const turns = createTurns();
  const bracket = createBracket(database);

  /** Runs `work` in a transaction. Work that does not wait is done and committed at once, before anything else gets its turn. */
  async function enclosed<R>(work: (afterCommit: AfterCommit) => R | Promise<R>): Promise<R> {
    if (!turns.tryEnter()) await turns.enter();
    const committed: (() => void)[] = [];
    try {
      const begun = whenFree(bracket.begin, patience);
      if (begun) await begun;
      try {
        const made = work((then) => void committed.push(then));
        const result = made instanceof Promise ? await made : made;
        bracket.commit();
        for (const then of committed) then();
        return result;
      } catch (error) {
        bracket.rollback();
        throw error;
      }
    } finally {
      turns.leave();
    }
  }

  const single = async <R>(operation: () => R): Promise<R> => {
    try {
      return turns.isFree() ? operation() : await turns.run(operation);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return enclosed(operation);
    }
  };
  const storeOf = (tables: Tables): Store => ({
    ...operations(tables, single, enclosed, scopeOf),
    transaction: <R>(work: (tx: Store) => Promise<R>, scope: Scope = {}): Promise<R> =>
      enclosed(async (afterCommit) => {
        let isOpen = true;
        const run = async <O>(operation: (afterCommit: AfterCommit) => O): Promise<O> => {
          if (!isOpen) throw new Error("This transaction is over.");
          return operation(afterCommit);
        };
        const tx: Store = {
          ...operations(tables, run, run, (writes) => {
            for (const { row } of writes) checkCovered(scope, row.thread);
          }),
          async transaction(inner, within = {}) {
            checkPart(scope, within);
            return inner(tx);
          },
          afterCommit,
        };
        try {
          return await work(tx);
        } finally {
          isOpen = false;
        }
      }),
    afterCommit: (then) => then(),
  });
  const tenant = (name: string): Store => storeOf(scopedTables(database, all, name));
  return { ...tenant(defaultTenant), tenant, close: () => turns.run(() => database.close()) };
}

/** Registers a function to run after the commit; see `Store.afterCommit`. */
type AfterCommit = (then: () => void) => void;

/**
 * The operations of a store: `run` executes those of one statement, `enclosed` those of several, as one transaction. `check` throws for writes
 * that cannot be made together.
 */
function operations(
  { documents, blobs, chunks, jobs, clear }: Tables,
  run: <R>(operation: () => R) => Promise<R>,
  enclosed: <R>(operation: (afterCommit: AfterCommit) => R) => Promise<R>,
  check: (writes: readonly Write[]) => void,
): Omit<Store, "transaction" | "afterCommit"> {
  const writeAll = (writes: readonly Write[]): boolean => {
    check(writes);
    return writes.map(documents.write).every(Boolean);
  };
  return {
    insert: (kind, value) => run(() => void writeAll([inserted(kind, value)])),
    get: <T>(kind: Kind<T>, key: string) => run(() => documents.get(kind, key)),
    replace: (kind, value) => run(() => writeAll([replaced(kind, value)])),
    write: (writes) => enclosed(() => void writeAll(writes)),
    revise: <T, R>(kind: Kind<T>, key: string, revise: (current: T | null) => Revision<R>) =>
      enclosed((afterCommit) => {
        const { writes, afterCommit: then, result } = revise(documents.get(kind, key));
        writeAll(writes);
        if (then) afterCommit(then);
        return result;
      }),
    remove: (kind, key) => enclosed(() => documents.remove(kind, key)),
    removeChildren: (kind, parent) => run(() => documents.removeChildren(kind, parent)),
    page: <T>(kind: Kind<T>, query: PageQuery) => run(() => documents.page(kind, query)),
    all: <T>(kind: Kind<T>, filter?: Filter) => run(() => documents.all(kind, filter)),
    clear: () => enclosed(clear),
    blobs: {
      append: (id, part) => run(() => blobs.append(id, part)),
      async *parts(id) {
        for (let part = await run(() => blobs.next(id, -1)); part;) {
          yield part.bytes;
          const { number } = part;
          part = await run(() => blobs.next(id, number));
        }
      },
      remove: (id) => run(() => blobs.remove(id)),
      ids: () => run(() => blobs.ids()),
    },
    chunks: {
      append: (vectorStoreId, fileId, some) => enclosed(() => chunks.append(vectorStoreId, fileId, some)),
      remove: (vectorStoreId, fileId) => enclosed(() => chunks.remove(vectorStoreId, fileId)),
      ofFile: (vectorStoreId, fileId) => run(() => chunks.ofFile(vectorStoreId, fileId)),
      facts: (vectorStoreIds) => run(() => chunks.facts(vectorStoreIds)),
      texts: (numbers) => run(() => chunks.texts(numbers)),
      words: (query) => run(() => chunks.words(query)),
      postings: (_vectorStoreIds, words) => run(() => chunks.postings(words)),
      embeddings: (vectorStoreId) => run(() => chunks.embeddings(vectorStoreId)),
    },
    jobs: {
      add: (queue, key) => run(() => jobs.add(queue, key)),
      claim: (queue, holder, live, limit) => enclosed(() => jobs.claim(queue, holder, live, limit)),
      holds: (queue, key, holder) => run(() => jobs.holds(queue, key, holder)),
      finish: (queue, key, holder) => run(() => jobs.finish(queue, key, holder)),
      release: (queue, holder) => run(() => jobs.release(queue, holder)),
    },
  };
}

/** A transaction of the database; a savepoint if all changes are undone at the end (`keepsChanges`). */
function createBracket(database: DatabaseSync) {
  const keepsChanges = !database.isTransaction;
  const statement = (kept: string, undone: string) => database.prepare(keepsChanges ? kept : undone);
  const begin = statement("BEGIN IMMEDIATE", "SAVEPOINT work");
  const commit = statement("COMMIT", "RELEASE work");
  const rollback = statement("ROLLBACK", "ROLLBACK TO work");
  return {
    begin: () => void begin.run(),
    commit: () => void commit.run(),
    rollback() {
      // A full disk may have rolled it back already.
      if (!database.isTransaction) return;
      rollback.run();
      if (!keepsChanges) commit.run();
    },
  };
}
