import type { Services } from "../../services.ts";
import { batchFiles, fileBatches, type FileRecord, type FileStatus } from "../../wire/vector-store.ts";
import { counted } from "./counts.ts";

type Needed = Pick<Services, "store">;

/** Notes that a batch brought a file. */
export function addToBatch({ store }: Needed, record: FileRecord): void {
  store.insert(batchFiles, record);
  recount({ store }, record, null);
}

/** Keeps a batch's own view of a file up to date, when a batch brought it. */
export function updateInBatch({ store }: Needed, record: FileRecord): void {
  const known = store.get(batchFiles, batchFiles.key(record));
  if (!known) return;
  store.replace(batchFiles, record);
  recount({ store }, record, known.file.status);
}

function recount({ store }: Needed, { batchId, file }: FileRecord, from: FileStatus | null): void {
  const batch = batchId === null ? null : store.get(fileBatches, batchId);
  if (batch) store.replace(fileBatches, { ...batch, file_counts: counted(batch.file_counts, from, file.status) });
}
