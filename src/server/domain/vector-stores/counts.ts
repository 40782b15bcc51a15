import type { FileCounts, FileStatus } from "../../wire/vector-store.ts";

export const noFiles: FileCounts = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };

/** The counts after a file changes from one status to another; `null` means that it is not in the store. */
export function counted(counts: FileCounts, from: FileStatus | null, to: FileStatus | null): FileCounts {
  const next = { ...counts };
  if (from !== null) {
    next[from] -= 1;
    next.total -= 1;
  }
  if (to !== null) {
    next[to] += 1;
    next.total += 1;
  }
  return next;
}
