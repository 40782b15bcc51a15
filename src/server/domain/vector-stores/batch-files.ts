import type { Services } from "../../services.ts";
import { type FileStatus } from "../../wire/vector-store.ts";
import { counted } from "./counts.ts";
import { batchFiles, fileBatches, type FileRecord } from "../kinds.ts";

type Needed = Pick<Services, "store">;

/** Records that a batch added a file. */
export async function addToBatch({ store }: Needed, record: FileRecord): Promise<void> {
  await store.insert(batchFiles, record);
  await recount({ store }, record, null);
}

/** Keeps a batch's own view of a file up to date, if a batch added the file. */
export async function updateInBatch({ store }: Needed, record: FileRecord): Promise<void> {
  const known = await store.get(batchFiles, batchFiles.key(record));
  if (!known) return;
  await store.replace(batchFiles, record);
  await recount({ store }, record, known.file.status);
}

async function recount({ store }: Needed, { batchId, file }: FileRecord, from: FileStatus | null): Promise<void> {
  const batch = batchId === null ? null : await store.get(fileBatches, batchId);
  if (batch) await store.replace(fileBatches, { ...batch, file_counts: counted(batch.file_counts, from, file.status) });
}
