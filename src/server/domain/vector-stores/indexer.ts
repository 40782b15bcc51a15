import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { ModelFailure } from "../../models/model.ts";
import { inTransaction, type Indexer, type Services } from "../../services.ts";
import type { NewChunk, Store } from "../../store/store.ts";
import type { Chunk } from "../../search/chunk.ts";
import type { ReadResult } from "../../search/reader/protocol.ts";
import type { FileReader } from "../../search/reader/reader.ts";
import { sleep } from "../../../kit/waiting.ts";
import { bytesOf } from "../files/files.ts";
import { type VectorStoreFile } from "../../wire/vector-store.ts";
import { updateFile } from "./attach.ts";
import { chunkSize } from "./chunking.ts";
import { createTurn, type Turn } from "./turn.ts";
import { files, fileKey, vectorStoreFiles, vectorStores, type FileRecord } from "../kinds.ts";

type Needed = Pick<Services, "store" | "model" | "clock" | "limits" | "log"> & { reader: FileReader };
type Working = Needed & { turn: Turn };

/** Chunks that are stored, and embedded, at once; between these the server has time for others. */
const portion = 16;
/** How long to wait while another indexer has its turn, in milliseconds. */
const patience = 200;

/** Files that are indexed at once: one that is hard to read does not hold up the others. */
const together = 8;

/** Indexes the files that wait, the oldest first; of several indexers on one store, one at a time. */
export function createIndexer(services: Needed): Indexer {
  const { store, reader, clock, log } = services;
  const turn = createTurn(services);
  const closing = new AbortController();
  const changes = new EventEmitter().setMaxListeners(0);
  let changed = 0;
  let asked = Promise.withResolvers<void>();
  let isAsked = false;
  let working: Promise<void> | null = null;

  const note = (): void => {
    changed += 1;
    changes.emit("change");
  };
  const running = new Map<string, Promise<void>>();
  const keyOf = ({ file }: FileRecord): string => fileKey(file.vector_store_id, file.id);
  const next = async (): Promise<FileRecord | undefined> => {
    if (closing.signal.aborted) return undefined;
    const { data } = await store.page(vectorStoreFiles, { tags: ["in_progress"], order: "asc", limit: together });
    return data.find((record) => !running.has(keyOf(record)));
  };
  const pause = (): Promise<void> => sleep(patience, clock, closing.signal);
  /** What cannot be written (a full disk) is tried again. */
  const attempt = async (record: FileRecord): Promise<void> => {
    try {
      if (await turn.take()) await indexFile({ ...services, turn }, record, closing.signal);
      else await pause();
    } catch (error) {
      log({ kind: "fault", requestId: null, error });
      await pause();
    }
  };
  /** Begins files as long as there is room, until none waits and none is under way. */
  const workOff = async (): Promise<void> => {
    for (;;) {
      isAsked = false;
      asked = Promise.withResolvers();
      const record = running.size < together ? await next() : undefined;
      if (record) {
        const key = keyOf(record);
        const ending = attempt(record).finally(() => {
          running.delete(key);
          note();
        });
        running.set(key, ending);
      } else if (running.size > 0) await Promise.race([...running.values(), asked.promise]);
      else return;
    }
  };
  const work = async (): Promise<void> => {
    // Whoever woke it is answered first.
    await setImmediate();
    try {
      await workOff();
      await turn.release();
    } catch (error) {
      log({ kind: "fault", requestId: null, error });
      await turn.release();
    } finally {
      await Promise.all(running.values());
      working = null;
      note();
      if (isAsked) wake();
    }
  };
  const wake = (): void => {
    isAsked = true;
    asked.resolve();
    if (!closing.signal.aborted) working ??= work();
  };
  const isBusy = async (id: string): Promise<boolean> =>
    ((await store.get(vectorStores, id))?.file_counts.in_progress ?? 0) > 0;
  return {
    wake,
    async settled(vectorStoreIds, signal) {
      for (;;) {
        const seen = changed;
        const busy = await Promise.all(vectorStoreIds.map(isBusy));
        if (!busy.includes(true)) return;
        // Another process may be at it: working here waits for its turn, and looks again and again.
        wake();
        signal.throwIfAborted();
        if (changed === seen) await once(changes, "change", { signal });
      }
    },
    async close() {
      closing.abort();
      await working;
      await reader.close();
    },
  };
}

/** Brings one file to an end: completed, or failed with the reason. Rejects when the server itself is at fault. */
async function indexFile(services: Working, record: FileRecord, signal: AbortSignal): Promise<void> {
  const { store, log } = services;
  const { file } = record;
  const fail = (lastError: VectorStoreFile["last_error"]): Promise<boolean> =>
    whileWaiting(services, record, async (inside) => {
      await inside.store.chunks.remove(file.vector_store_id, file.id);
      await updateFile(inside, file, { status: "failed", last_error: lastError });
    });
  try {
    const result = await readFile(services, file, signal);
    if (result.kind === "chunks") await storeChunks(services, record, result.chunks, signal);
    else await fail({ code: result.code, message: result.message });
  } catch (error) {
    if (signal.aborted || !(await waits(services, store, record))) return;
    if (!(error instanceof ModelFailure)) log({ kind: "fault", requestId: null, error });
    await fail({
      code: "server_error",
      message: error instanceof ModelFailure ? error.message : "An internal error occurred.",
    });
  }
}

async function readFile({ store, reader }: Needed, file: VectorStoreFile, signal: AbortSignal): Promise<ReadResult> {
  const filename = (await store.get(files, file.id))?.filename ?? "";
  const bytes = await bytesOf(store, file.id);
  return reader.read({ filename, bytes, size: chunkSize(file.chunking_strategy) }, signal);
}

async function storeChunks(services: Working, record: FileRecord, found: Chunk[], signal: AbortSignal): Promise<void> {
  const { model } = services;
  const { vector_store_id: vectorStoreId, id } = record.file;
  const write = (work: (store: Store) => Promise<void>): Promise<boolean> =>
    whileWaiting(services, record, ({ store }) => work(store));
  if (!(await write(({ chunks }) => chunks.remove(vectorStoreId, id)))) return;
  for (let from = 0; from < found.length; from += portion) {
    const some = found.slice(from, from + portion);
    const vectors = await model.embed?.(
      some.map(({ text }) => text),
      signal,
    );
    const ready = some.map(({ start, tokens, text }, index): NewChunk => {
      const vector = vectors?.[index];
      return { start, tokens, text, embedding: vector ? Float32Array.from(vector) : null };
    });
    await setImmediate();
    signal.throwIfAborted();
    if (!(await write(({ chunks }) => chunks.append(vectorStoreId, id, ready)))) return;
  }
  const bytes = found.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  await whileWaiting(services, record, (inside) =>
    updateFile(inside, record.file, { status: "completed", usage_bytes: bytes }),
  );
}

/** Does `work` in a transaction in which this attempt is still wanted; `false`, and nothing done, when it is not. */
function whileWaiting(
  services: Working,
  record: FileRecord,
  work: (inside: Working) => Promise<void>,
): Promise<boolean> {
  return inTransaction(services, async (inside) => {
    if (!(await waits(services, inside.store, record))) return false;
    await work(inside);
    return true;
  });
}

/** Whether this attempt is still wanted, from here: the file was not taken out, cancelled or put in again meanwhile. */
async function waits({ turn }: Working, store: Store, { file, attempt }: FileRecord): Promise<boolean> {
  const now = await store.get(vectorStoreFiles, fileKey(file.vector_store_id, file.id));
  return now?.attempt === attempt && now.file.status === "in_progress" && turn.holds(store);
}
