import { notFound } from "../../http/errors.ts";
import { inTransaction, seconds, type Services } from "../../services.ts";
import { type FileBatch } from "../../wire/vector-store.ts";
import { attachFile, updateFile, type Attachment } from "./attach.ts";
import { noFiles } from "./counts.ts";
import { batchFiles, fileBatches } from "../kinds.ts";

type Needed = Pick<Services, "store" | "clock" | "ids" | "indexer">;

/** Adds several files to a vector store as one batch; a file that is named twice counts once. */
export function createBatch(
  services: Needed,
  vectorStoreId: string,
  attachments: readonly Attachment[],
): Promise<FileBatch> {
  return inTransaction(services, async (inside) => {
    const { store, clock, ids } = inside;
    const id = ids("vsfb_");
    await store.insert(fileBatches, {
      id,
      object: "vector_store.file_batch",
      created_at: seconds(clock),
      vector_store_id: vectorStoreId,
      file_counts: noFiles,
      cancelled: false,
    });
    const distinct = new Map(attachments.map((attachment) => [attachment.fileId, attachment]));
    for (const attachment of distinct.values()) await attachFile(inside, vectorStoreId, attachment, id);
    return findBatch(inside, vectorStoreId, id);
  });
}

/** Cancels the files of a batch that are not indexed yet; the others stay. */
export function cancelBatch(services: Needed, batch: FileBatch): Promise<FileBatch> {
  return inTransaction(services, async (inside) => {
    const { store } = inside;
    const waiting = await store.all(batchFiles, { parent: batch.id, tags: ["in_progress"] });
    for (const { file } of waiting) {
      await updateFile(inside, file, { status: "cancelled" });
      await store.chunks.remove(batch.vector_store_id, file.id);
    }
    const stopped = { ...(await findBatch(inside, batch.vector_store_id, batch.id)), cancelled: waiting.length > 0 };
    await store.replace(fileBatches, stopped);
    return stopped;
  });
}

/** Throws a 404 if the vector store has no such batch. */
export async function findBatch(
  { store }: Pick<Services, "store">,
  vectorStoreId: string,
  id: string,
): Promise<FileBatch> {
  const batch = await store.get(fileBatches, id);
  return batch?.vector_store_id === vectorStoreId ? batch : notFound("vector store file batch", id);
}

/** A batch as the API returns it. */
export function batchToWire({ cancelled, ...batch }: FileBatch) {
  const settled = cancelled ? ("cancelled" as const) : ("completed" as const);
  return { ...batch, status: batch.file_counts.in_progress > 0 ? ("in_progress" as const) : settled };
}
