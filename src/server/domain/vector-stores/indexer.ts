import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { Indexer } from "../../services.ts";
import { StoreUnavailable } from "../../store/store.ts";
import { indexFile, type IndexingParts } from "./index-file.ts";
import { asObject } from "../../../kit/json.ts";
import { sleep } from "../../../kit/waiting.ts";
import { indexingQueue, vectorStoreFiles, vectorStores } from "../kinds.ts";

/** How long to wait before a retry, in milliseconds. */
const patience = 200;

/** How many files are indexed at once: a file that is slow to read does not delay the others. */
const together = 8;

/** Messages between indexers: more files wait than one indexer can start; a file is done. */
const news = { waiting: { kind: "files wait" }, done: { kind: "file indexed" } } as const;

/**
 * Indexes the waiting files, the oldest first. Several processes on one store share them: a file is a job, which one process holds while it is alive.
 */
export function createIndexer(services: IndexingParts): Indexer {
  const { store, reader, clock, log, replica } = services;
  const closing = new AbortController();
  const changes = new EventEmitter().setMaxListeners(0);
  let changed = 0;
  let asked = Promise.withResolvers<void>();
  let isAsked = false;
  let working: Promise<void> | null = null;

  /** The replica reports once that the database is unavailable. */
  const logFault = (error: unknown): void => {
    if (!(error instanceof StoreUnavailable)) log({ kind: "fault", requestId: null, error });
  };
  const note = (): void => {
    changed += 1;
    changes.emit("change");
  };
  const running = new Set<Promise<void>>();
  const holds = (key: string): Promise<boolean> => store.jobs.holds(indexingQueue, key, replica.id);
  const pause = (): Promise<void> => sleep(patience, clock, closing.signal);
  const claim = (): Promise<string[]> =>
    closing.signal.aborted
      ? Promise.resolve([])
      : store.jobs.claim(indexingQueue, replica.id, replica.live(), together - running.size);
  /** A failed write (for example, on a full disk) is retried. */
  const carryOut = async (key: string): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        if (!(await holds(key))) return;
        const record = await store.get(vectorStoreFiles, key);
        if (record?.file.status === "in_progress") await indexFile(services, record, closing.signal);
        if (!closing.signal.aborted) await store.jobs.finish(indexingQueue, key, replica.id);
        return;
      } catch (error) {
        logFault(error);
        await pause();
      }
    }
  };
  const begin = (key: string): void => {
    const ending = carryOut(key).finally(() => {
      running.delete(ending);
      note();
      replica.transport.send(news.done);
    });
    running.add(ending);
  };
  /** Starts files as long as there are free slots, until none waits and none is in progress. */
  const workOff = async (): Promise<void> => {
    for (;;) {
      isAsked = false;
      asked = Promise.withResolvers();
      const keys = running.size < together ? await claim() : [];
      for (const key of keys) begin(key);
      if (keys.length > 0 && running.size === together) replica.transport.send(news.waiting);
      if (running.size === 0) return;
      if (keys.length === 0 || running.size === together) await Promise.race([...running, asked.promise]);
    }
  };
  const work = async (): Promise<void> => {
    // The request that woke it is answered first.
    await setImmediate();
    try {
      await workOff();
    } catch (error) {
      logFault(error);
    } finally {
      await Promise.all(running);
      working = null;
      if (isAsked) wake();
    }
  };
  const wake = (): void => {
    isAsked = true;
    asked.resolve();
    if (!closing.signal.aborted) working ??= work();
  };
  /** Looks for what this process got no message about: files of a process that ended, and changes while messages were lost. */
  const look = async (): Promise<void> => {
    wake();
    note();
  };
  const stopWatching = replica.watch(look);
  const stopReceiving = replica.transport.receive({
    message(message) {
      const { kind } = asObject(message);
      if (kind === news.waiting.kind) wake();
      if (kind === news.done.kind) note();
    },
    gap: () => void look(),
  });
  const isBusy = async (id: string): Promise<boolean> =>
    ((await store.get(vectorStores, id))?.file_counts.in_progress ?? 0) > 0;
  return {
    wake,
    async settled(vectorStoreIds, signal) {
      for (;;) {
        const seen = changed;
        const busy = await Promise.all(vectorStoreIds.map(isBusy));
        if (!busy.includes(true)) return;
        signal.throwIfAborted();
        if (changed === seen) await once(changes, "change", { signal });
      }
    },
    async close() {
      closing.abort();
      stopReceiving();
      await stopWatching();
      await working;
      try {
        await store.jobs.release(indexingQueue, replica.id);
      } finally {
        await reader.close();
      }
    },
  };
}
