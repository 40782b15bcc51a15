import { isDeepStrictEqual } from "node:util";
import { inTransaction, seconds, type Services } from "../../services.ts";
import { type Attributes, type FileStatus, type VectorStoreFile } from "../../wire/vector-store.ts";
import { addToBatch, updateInBatch } from "./batch-files.ts";
import { counted } from "./counts.ts";
import { findVectorStore, touch } from "./store.ts";
import { fileKey, indexingQueue, vectorStoreFiles, vectorStores, type FileRecord } from "../kinds.ts";

type Needed = Pick<Services, "store" | "clock">;

/** A file to add to a vector store. */
export interface Attachment {
  fileId: string;
  attributes: Attributes;
  chunking: VectorStoreFile["chunking_strategy"];
}

/**
 * Adds a file to a vector store, where it waits to be indexed. A file that is already indexed the same way stays indexed, with the
 * new attributes; otherwise it is indexed again.
 */
export function attachFile(
  services: Needed & Pick<Services, "ids" | "indexer">,
  vectorStoreId: string,
  { fileId, attributes, chunking }: Attachment,
  batchId: string | null,
): Promise<VectorStoreFile> {
  return inTransaction(services, async (inside) => {
    const { store, clock, ids, indexer } = inside;
    await touch(inside, vectorStoreId);
    const present = await store.get(vectorStoreFiles, fileKey(vectorStoreId, fileId));
    const waiting: VectorStoreFile = {
      id: fileId,
      object: "vector_store.file",
      created_at: seconds(clock),
      usage_bytes: 0,
      vector_store_id: vectorStoreId,
      status: "in_progress",
      last_error: null,
      chunking_strategy: chunking,
      attributes,
    };
    const isIndexed =
      present?.file.status === "completed" && isDeepStrictEqual(present.file.chunking_strategy, chunking);
    const record: FileRecord = isIndexed
      ? { ...present, batchId, file: { ...present.file, attributes } }
      : { file: waiting, batchId, attempt: ids("attempt_") };
    if (isIndexed) await store.replace(vectorStoreFiles, record);
    else {
      await detachFile(inside, vectorStoreId, fileId);
      await store.insert(vectorStoreFiles, record);
      await recount(inside, vectorStoreId, null, record.file.status, 0);
      await store.jobs.add(indexingQueue, fileKey(vectorStoreId, fileId));
      store.afterCommit(() => indexer.wake());
    }
    if (batchId !== null) await addToBatch(inside, record);
    return record.file;
  });
}

/** Removes a file and its index entries from a vector store; `false` if it is not in the store. */
export function detachFile(services: Needed, vectorStoreId: string, fileId: string): Promise<boolean> {
  return inTransaction(services, async (inside) => {
    const { store } = inside;
    const record = await store.get(vectorStoreFiles, fileKey(vectorStoreId, fileId));
    if (!record) return false;
    const { file } = record;
    if (file.status === "in_progress")
      await updateInBatch(inside, { ...record, file: { ...file, status: "cancelled" } });
    await store.remove(vectorStoreFiles, fileKey(vectorStoreId, fileId));
    await store.chunks.remove(vectorStoreId, fileId);
    await recount(inside, vectorStoreId, file.status, null, -file.usage_bytes);
    return true;
  });
}

/** Changes a file of a vector store and the counts; has no effect if the file was removed in the meantime. */
export function updateFile(
  services: Needed,
  { vector_store_id: vectorStoreId, id }: VectorStoreFile,
  change: Partial<Pick<VectorStoreFile, "status" | "last_error" | "usage_bytes" | "attributes">>,
): Promise<void> {
  return inTransaction(services, async (inside) => {
    const { store } = inside;
    const record = await store.get(vectorStoreFiles, fileKey(vectorStoreId, id));
    if (!record) return;
    const updated: FileRecord = { ...record, file: { ...record.file, ...change } };
    await store.replace(vectorStoreFiles, updated);
    await updateInBatch(inside, updated);
    const added = updated.file.usage_bytes - record.file.usage_bytes;
    await recount(inside, vectorStoreId, record.file.status, updated.file.status, added);
  });
}

async function recount(
  services: Needed,
  vectorStoreId: string,
  from: FileStatus | null,
  to: FileStatus | null,
  addedBytes: number,
): Promise<void> {
  const found = await findVectorStore(services, vectorStoreId);
  await services.store.replace(vectorStores, {
    ...found,
    file_counts: counted(found.file_counts, from, to),
    usage_bytes: found.usage_bytes + addedBytes,
  });
}
