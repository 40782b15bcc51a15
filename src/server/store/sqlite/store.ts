import type { DatabaseSync } from "node:sqlite";
import { createSystemClock } from "../../../kit/clock.ts";
import { sleep } from "../../../kit/waiting.ts";
import type { Filter, Kind, OpenedStore, PageQuery, Store } from "../store.ts";
import { sqliteBlobs, type SqliteBlobs } from "./blobs.ts";
import { sqliteChunks, type SqliteChunks } from "./chunks.ts";
import { openDatabase } from "./database.ts";
import { sqliteDocuments, type SqliteDocuments } from "./documents.ts";
import { createTurns } from "./turns.ts";

/** Opens a store in a file, or `:memory:`. Throws a ProblemError when the file cannot serve. See `openDatabase` for `keepsChanges`. */
export function openSqliteStore(path: string, keepsChanges = true): OpenedStore {
  return createSqliteStore(openDatabase(path, keepsChanges));
}

/**
 * The store on an open database (see `openDatabase`). One connection has one writer: transactions follow one another, and what is asked outside of
 * one waits only while one is open. Every transaction takes the lock of the file when it begins, so that what it reads stays true. While another
 * connection has that lock, it is tried again for `busyTimeout` milliseconds, without standing in anybody's way: that connection may be in this process.
 */
export function createSqliteStore(database: DatabaseSync, busyTimeout = 5_000): OpenedStore {
  const tables: Tables = {
    documents: sqliteDocuments(database),
    blobs: sqliteBlobs(database),
    chunks: sqliteChunks(database),
    clear: () => database.exec(everything),
  };
  const turns = createTurns();
  database.exec("PRAGMA busy_timeout = 0");
  const alone = createOuterTransaction(database);

  async function transaction<R>(work: (tx: Store) => Promise<R>): Promise<R> {
    // Never begun before its caller goes on: who opens the same file next in this process would wait for a lock that only this process can give back.
    await (turns.tryEnter() ? undefined : turns.enter());
    let isOpen = true;
    const committed: (() => void)[] = [];
    const tx: Store = {
      ...operations(tables, async (operation) => {
        if (!isOpen) throw new Error("This transaction is over.");
        return operation();
      }),
      transaction: (inner) => inner(tx),
      afterCommit: (then) => void committed.push(then),
    };
    try {
      if (!attempt(alone.begin)) await patiently(alone.begin, busyTimeout);
      try {
        const result = await work(tx);
        isOpen = false;
        alone.commit();
        for (const then of committed) then();
        return result;
      } catch (error) {
        isOpen = false;
        alone.rollback();
        throw error;
      }
    } finally {
      turns.leave();
    }
  }

  const single = operations(tables, async (operation) => {
    try {
      return turns.isFree() ? operation() : await turns.run(operation);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return transaction(async () => operation());
    }
  });
  return {
    ...single,
    // More than one statement each.
    remove: (kind, key) => transaction((tx) => tx.remove(kind, key)),
    clear: () => transaction((tx) => tx.clear()),
    chunks: {
      ...single.chunks,
      append: (...added) => transaction(({ chunks }) => chunks.append(...added)),
      remove: (...removed) => transaction(({ chunks }) => chunks.remove(...removed)),
    },
    transaction,
    afterCommit: (then) => then(),
    close: () => turns.run(() => database.close()),
  };
}

const everything = `DELETE FROM documents; DELETE FROM removed; DELETE FROM blobs; DELETE FROM chunks;
  INSERT INTO words (words) VALUES ('delete-all');`;

interface Tables {
  documents: SqliteDocuments;
  blobs: SqliteBlobs;
  chunks: SqliteChunks;
  clear: () => void;
}

/** The operations of a store, each done when `run` lets it. */
function operations(
  { documents, blobs, chunks, clear }: Tables,
  run: <R>(operation: () => R) => Promise<R>,
): Omit<Store, "transaction" | "afterCommit"> {
  return {
    insert: (kind, value) => run(() => documents.insert(kind, value)),
    get: <T>(kind: Kind<T>, key: string) => run(() => documents.get(kind, key)),
    replace: (kind, value) => run(() => documents.replace(kind, value)),
    remove: (kind, key) => run(() => documents.remove(kind, key)),
    removeChildren: (kind, parent) => run(() => documents.removeChildren(kind, parent)),
    page: <T>(kind: Kind<T>, query: PageQuery) => run(() => documents.page(kind, query)),
    all: <T>(kind: Kind<T>, filter?: Filter) => run(() => documents.all(kind, filter)),
    clear: () => run(clear),
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
      append: (vectorStoreId, fileId, some) => run(() => chunks.append(vectorStoreId, fileId, some)),
      remove: (vectorStoreId, fileId) => run(() => chunks.remove(vectorStoreId, fileId)),
      ofFile: (vectorStoreId, fileId) => run(() => chunks.ofFile(vectorStoreId, fileId)),
      facts: (vectorStoreIds) => run(() => chunks.facts(vectorStoreIds)),
      text: (number) => run(() => chunks.text(number)),
      words: (query) => run(() => chunks.words(query)),
      postings: (word) => run(() => chunks.postings(word)),
      embeddings: (vectorStoreId) => run(() => chunks.embeddings(vectorStoreId)),
    },
  };
}

const clock = createSystemClock({ keepsAlive: true });

/** Runs `work` again and again, at growing intervals, while another connection keeps the database locked. */
async function patiently(work: () => void, milliseconds: number): Promise<void> {
  const until = clock.now() + milliseconds;
  for (let pause = 1; clock.now() < until; pause = Math.min(50, pause * 2)) {
    await sleep(pause, clock);
    if (attempt(work)) return;
  }
  work();
}

/** Runs `work`; `false` when another connection keeps the database locked. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

/** SQLITE_BUSY and its kinds: https://www.sqlite.org/rescode.html#busy */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 5;
}

/** A transaction of the database; a savepoint where everything that is done is undone at the end (`keepsChanges`). */
function createOuterTransaction(database: DatabaseSync) {
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
