import type { FileReader } from "./reader.ts";

/** The same reader, failing for this share of files; `random` returns numbers from 0 to 1. */
export function failingReader(
  reader: FileReader,
  { notIndexed, random }: { notIndexed: number; random: () => number },
): FileReader {
  return {
    read: async (job, signal) =>
      random() < notIndexed
        ? { kind: "unreadable", code: "server_error", message: "An internal error occurred." }
        : reader.read(job, signal),
    close: () => reader.close(),
  };
}
