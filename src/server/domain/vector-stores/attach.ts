import { isDeepStrictEqual } from "node:util";
import { seconds, type Services } from "../../services.ts";
import {
  fileKey,
  vectorStoreFiles,
  vectorStores,
  type Attributes,
  type FileRecord,
  type FileStatus,
  type VectorStoreFile,
} from "../../wire/vector-store.ts";
import { addToBatch, updateInBatch } from "./batch-files.ts";
import { counted } from "./counts.ts";
import { findVectorStore, touch } from "./store.ts";

type Needed = Pick<Services, "store" | "chunks" | "clock">;

/** A file to be put into a vector store. */
export interface Attachment {
  fileId: string;
  attributes: Attributes;
  chunking: VectorStoreFile["chunking_strategy"];
}

/**
 * Puts a file into a vector store, where it waits to be indexed. One that is there and indexed the same way stays so, with the
 * new attributes; otherwise it is indexed anew.
 */
export function attachFile(
  services: Needed & Pick<Services, "ids">,
  vectorStoreId: string,
  { fileId, attributes, chunking }: Attachment,
  batchId: string | null,
): VectorStoreFile {
  const { store, clock, ids } = services;
  return store.transaction(() => {
    touch(services, vectorStoreId);
    const present = store.get(vectorStoreFiles, fileKey(vectorStoreId, fileId));
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
    if (isIndexed) store.replace(vectorStoreFiles, record);
    else {
      detachFile(services, vectorStoreId, fileId);
      store.insert(vectorStoreFiles, record);
      recount(services, vectorStoreId, null, record.file.status, 0);
    }
    if (batchId !== null) addToBatch(services, record);
    return record.file;
  });
}

/** Takes a file out of a vector store, with everything that was indexed of it; `false` when it is not in it. */
export function detachFile(services: Needed, vectorStoreId: string, fileId: string): boolean {
  const { store, chunks } = services;
  return store.transaction(() => {
    const record = store.get(vectorStoreFiles, fileKey(vectorStoreId, fileId));
    if (!record) return false;
    const { file } = record;
    if (file.status === "in_progress") updateInBatch(services, { ...record, file: { ...file, status: "cancelled" } });
    store.remove(vectorStoreFiles, fileKey(vectorStoreId, fileId));
    chunks.remove(vectorStoreId, fileId);
    recount(services, vectorStoreId, file.status, null, -file.usage_bytes);
    return true;
  });
}

/** Changes a file of a vector store, counts included; without effect when it was taken out meanwhile. */
export function updateFile(
  services: Needed,
  { vector_store_id: vectorStoreId, id }: VectorStoreFile,
  change: Partial<Pick<VectorStoreFile, "status" | "last_error" | "usage_bytes" | "attributes">>,
): void {
  const { store } = services;
  store.transaction(() => {
    const record = store.get(vectorStoreFiles, fileKey(vectorStoreId, id));
    if (!record) return;
    const updated: FileRecord = { ...record, file: { ...record.file, ...change } };
    store.replace(vectorStoreFiles, updated);
    updateInBatch(services, updated);
    const added = updated.file.usage_bytes - record.file.usage_bytes;
    recount(services, vectorStoreId, record.file.status, updated.file.status, added);
  });
}

function recount(
  services: Needed,
  vectorStoreId: string,
  from: FileStatus | null,
  to: FileStatus | null,
  addedBytes: number,
): void {
  const found = findVectorStore(services, vectorStoreId);
  services.store.replace(vectorStores, {
    ...found,
    file_counts: counted(found.file_counts, from, to),
    usage_bytes: found.usage_bytes + addedBytes,
  });
}
