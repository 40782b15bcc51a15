import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ReadJob, ReadResult } from "./protocol.ts";

/** Reads files away from the server's own thread: a file that takes long, or was made to do harm, stops nobody else. */
export interface FileReader {
  /** One file after the other. Rejects with the signal's reason when it is given up. */
  read(job: ReadJob, signal: AbortSignal): Promise<ReadResult>;
  /** Lets the thread go; the next file starts a new one. */
  close(): Promise<void>;
}

export interface FileReaderOptions {
  /** Milliseconds that one file may take. */
  timeLimit?: number;
  /** MiB of memory that the thread may use. */
  memoryLimit?: number;
  /** Milliseconds without a file after which the thread ends. */
  idleLimit?: number;
}

const defaults = { timeLimit: 120_000, memoryLimit: 1024, idleLimit: 60_000 };
const workerFile = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";

/** The thread starts with the first file, has no environment and no streams of ours, and alone keeps no process alive. */
export function createFileReader(options: FileReaderOptions = {}): FileReader {
  const { timeLimit, memoryLimit, idleLimit } = { ...defaults, ...options };
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  const start = (): Worker =>
    new Worker(new URL(workerFile, import.meta.url), {
      argv: [],
      env: {},
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryLimit },
    });
  const close = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };
  const readNow = async (job: ReadJob, signal: AbortSignal): Promise<ReadResult> => {
    signal.throwIfAborted();
    clearTimeout(idle);
    worker ??= start();
    worker.ref();
    const late = AbortSignal.timeout(timeLimit);
    worker.postMessage(job, []);
    try {
      const [result] = (await once(worker, "message", { signal: AbortSignal.any([signal, late]) })) as [ReadResult];
      worker.unref();
      idle = setTimeout(() => void close(), idleLimit).unref();
      return result;
    } catch (error) {
      await close();
      signal.throwIfAborted();
      return lost(error, late.aborted);
    }
  };
  let before: Promise<unknown> = Promise.resolve();
  return {
    read(job, signal) {
      const result = before.then(() => readNow(job, signal));
      before = result.catch(() => {});
      return result;
    },
    close,
  };
}

function lost(error: unknown, late: boolean): ReadResult {
  const exhausted = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return late || exhausted
    ? {
        kind: "unreadable",
        code: "invalid_file",
        message: "The file could not be parsed in the time and memory it may take.",
      }
    : { kind: "unreadable", code: "server_error", message: "An internal error occurred." };
}
