import { setImmediate } from "node:timers/promises";
import { ModelFailure } from "../../models/model.ts";
import { inTransaction, type Services } from "../../services.ts";
import type { NewChunk, Store } from "../../store/store.ts";
import type { Chunk } from "../../search/chunk.ts";
import type { ReadResult } from "../../search/reader/protocol.ts";
import type { FileReader } from "../../search/reader/reader.ts";
import { bytesOf } from "../files/files.ts";
import { type VectorStoreFile } from "../../wire/vector-store.ts";
import { updateFile } from "./attach.ts";
import { chunkSize } from "./chunking.ts";
import { fileKey, files, indexingQueue, vectorStoreFiles, type FileRecord } from "../kinds.ts";

/** What indexing a file needs. */
export type IndexingParts = Pick<Services, "store" | "model" | "clock" | "log" | "replica"> & { reader: FileReader };

/** How many chunks are embedded and stored at once; in between, the server handles other requests. */
const portion = 16;

/** Indexes one file until it is completed, or failed with the reason. Rejects if the server itself is at fault. */
export async function indexFile(services: IndexingParts, record: FileRecord, signal: AbortSignal): Promise<void> {
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

async function readFile(
  { store, reader }: IndexingParts,
  file: VectorStoreFile,
  signal: AbortSignal,
): Promise<ReadResult> {
  const filename = (await store.get(files, file.id))?.filename ?? "";
  const bytes = await bytesOf(store, file.id);
  return reader.read({ filename, bytes, size: chunkSize(file.chunking_strategy) }, signal);
}

async function storeChunks(
  services: IndexingParts,
  record: FileRecord,
  found: Chunk[],
  signal: AbortSignal,
): Promise<void> {
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

/** Runs `work` in a transaction in which this attempt is still current; otherwise does nothing and returns `false`. */
function whileWaiting(
  services: IndexingParts,
  record: FileRecord,
  work: (inside: IndexingParts) => Promise<void>,
): Promise<boolean> {
  return inTransaction(services, async (inside) => {
    if (!(await waits(services, inside.store, record))) return false;
    await work(inside);
    return true;
  });
}

/** Whether this attempt is still current: the file was not removed, cancelled or added again in the meantime. */
async function waits({ replica }: IndexingParts, store: Store, { file, attempt }: FileRecord): Promise<boolean> {
  const key = fileKey(file.vector_store_id, file.id);
  const now = await store.get(vectorStoreFiles, key);
  if (now?.attempt !== attempt || now.file.status !== "in_progress") return false;
  return store.jobs.holds(indexingQueue, key, replica.id);
}
