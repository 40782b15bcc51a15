import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { ModelFailure } from "../../models/model.ts";
import type { Services } from "../../services.ts";
import type { NewChunk } from "../../store/chunks.ts";
import type { Chunk } from "../../search/chunk.ts";
import type { ReadResult } from "../../search/reader/protocol.ts";
import type { FileReader } from "../../search/reader/reader.ts";
import { files } from "../../wire/file.ts";
import {
  fileKey,
  vectorStoreFiles,
  vectorStores,
  type FileRecord,
  type VectorStoreFile,
} from "../../wire/vector-store.ts";
import { updateFile } from "./attach.ts";
import { chunkSize } from "./chunking.ts";
import { createTurn, type Turn } from "./turn.ts";

type Needed = Pick<Services, "store" | "blobs" | "chunks" | "model" | "clock" | "limits" | "log"> & {
  reader: FileReader;
};
type Working = Needed & { turn: Turn };

/** Indexes the files of vector stores, one after the other, away from any request; of several on one store, one at a time. */
export interface Indexer {
  wake(): void;
  settled(vectorStoreIds: readonly string[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Chunks that are stored, and embedded, at once; between these the server has time for others. */
const portion = 16;
/** How long to wait while another indexer has its turn, in milliseconds. */
const patience = 200;

/** The files that wait are those whose status is in progress, so the queue is as durable as the store. */
export function createIndexer(services: Needed): Indexer {
  const { store, reader, clock, log } = services;
  const turn = createTurn(services);
  const closing = new AbortController();
  const changes = new EventEmitter().setMaxListeners(0);
  let working: Promise<void> | null = null;

  const next = (): FileRecord | undefined =>
    store.page(vectorStoreFiles, { tags: ["in_progress"], order: "asc", limit: 1 }).data[0];
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      clock.after(patience, resolve);
      closing.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  /** What cannot be written (a full disk) is tried again. */
  const attempt = async (record: FileRecord): Promise<void> => {
    try {
      if (turn.take()) await indexFile({ ...services, turn }, record, closing.signal);
      else await pause();
    } catch (error) {
      log({ kind: "fault", requestId: null, error });
      await pause();
    }
  };
  const work = async (): Promise<void> => {
    // Woken within a transaction, it begins when that is over.
    await setImmediate();
    try {
      for (let record = next(); record && !closing.signal.aborted; record = next()) {
        await attempt(record);
        changes.emit("change");
      }
    } catch (error) {
      log({ kind: "fault", requestId: null, error });
    } finally {
      turn.release();
      working = null;
      changes.emit("change");
    }
  };
  const wake = (): void => {
    working ??= work();
  };
  return {
    wake,
    async settled(vectorStoreIds, signal) {
      const isBusy = (id: string): boolean => (store.get(vectorStores, id)?.file_counts.in_progress ?? 0) > 0;
      while (vectorStoreIds.some(isBusy)) {
        // Another process may be at it: working here waits for its turn, and looks again and again.
        wake();
        await once(changes, "change", { signal });
      }
    },
    async close() {
      closing.abort();
      await working;
      await reader.close();
    },
  };
}

/** Brings one file to an end: completed, or failed with the reason. Throws when the server itself is at fault. */
async function indexFile(services: Working, record: FileRecord, signal: AbortSignal): Promise<void> {
  const { store, chunks, log } = services;
  const { file } = record;
  const fail = (lastError: VectorStoreFile["last_error"]): void =>
    store.transaction(() => {
      if (!waits(services, record)) return;
      chunks.remove(file.vector_store_id, file.id);
      updateFile(services, file, { status: "failed", last_error: lastError });
    });
  try {
    const result = await readFile(services, file, signal);
    if (result.kind === "chunks") await storeChunks(services, record, result.chunks, signal);
    else fail({ code: result.code, message: result.message });
  } catch (error) {
    if (signal.aborted || !waits(services, record)) return;
    if (!(error instanceof ModelFailure)) log({ kind: "fault", requestId: null, error });
    fail({
      code: "server_error",
      message: error instanceof ModelFailure ? error.message : "An internal error occurred.",
    });
  }
}

async function readFile(
  { store, blobs, reader }: Needed,
  file: VectorStoreFile,
  signal: AbortSignal,
): Promise<ReadResult> {
  const filename = store.get(files, file.id)?.filename ?? "";
  const bytes = Buffer.concat([...blobs.parts(file.id)]);
  return reader.read({ filename, bytes, size: chunkSize(file.chunking_strategy) }, signal);
}

async function storeChunks(services: Working, record: FileRecord, found: Chunk[], signal: AbortSignal): Promise<void> {
  const { store, chunks, model } = services;
  const { vector_store_id: vectorStoreId, id } = record.file;
  const write = (work: () => void): boolean =>
    store.transaction(() => {
      if (!waits(services, record)) return false;
      work();
      return true;
    });
  if (!write(() => chunks.remove(vectorStoreId, id))) return;
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
    if (!write(() => chunks.append(vectorStoreId, id, ready))) return;
  }
  const bytes = found.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  write(() => updateFile(services, record.file, { status: "completed", usage_bytes: bytes }));
}

/** Whether this attempt is still wanted, from here: the file was not taken out, cancelled or put in again meanwhile. */
function waits({ store, turn }: Working, { file, attempt }: FileRecord): boolean {
  const now = store.get(vectorStoreFiles, fileKey(file.vector_store_id, file.id));
  return turn.holds() && now?.attempt === attempt && now.file.status === "in_progress";
}
