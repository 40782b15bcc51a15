import { kind } from "../store/store.ts";

/** A file that code of a thread wrote, and the File object that holds it. */
export interface SandboxFile {
  /** The thread's id and the path. */
  id: string;
  thread_id: string;
  /** `/mnt/data/plot.csv`. */
  path: string;
  file_id: string;
}

/** Files of threads in the store. */
export const sandboxFiles = kind<SandboxFile>("sandbox_file", { parent: ({ thread_id: threadId }) => threadId });
