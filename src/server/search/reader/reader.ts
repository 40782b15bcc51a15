import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { threadFile } from "../../../kit/package-files.ts";
import type { ReadJob, ReadResult } from "./protocol.ts";

/** Reads files away from the server's own thread: a file that takes long, or was made to do harm, stops nobody else. */
export interface FileReader {
  /** Rejects with the signal's reason when it is given up. */
  read(job: ReadJob, signal: AbortSignal): Promise<ReadResult>;
  /** Lets the threads go; the next file starts a new one. */
  close(): Promise<void>;
}

export interface FileReaderOptions {
  /** Milliseconds that one file may take. */
  timeLimit?: number;
  /** Milliseconds after which a file has to make way for others; it is read again in a thread for such files. */
  quickLimit?: number;
  /** MiB of memory that a thread may use. */
  memoryLimit?: number;
  /** Milliseconds without a file after which a thread ends. */
  idleLimit?: number;
}

const defaults = { timeLimit: 60_000, quickLimit: 3_000, memoryLimit: 1024, idleLimit: 60_000 };
const mebibyte = 1024 * 1024;
/** Milliseconds between two looks at the memory of a thread that reads. */
const watchEvery = 50;

/**
 * Reads files in two threads: one for all, and one for those that take long, so that a file that is hard to read holds up only others like it. A thread
 * starts with its first file, has no environment and no streams of ours, and alone keeps no process alive.
 */
export function createFileReader(options: FileReaderOptions = {}): FileReader {
  const { timeLimit, quickLimit, memoryLimit, idleLimit } = { ...defaults, ...options };
  const quick = createLane({ timeLimit: Math.min(quickLimit, timeLimit), memoryLimit, idleLimit });
  const patient = createLane({ timeLimit, memoryLimit, idleLimit });
  return {
    async read(job, signal) {
      const result = await quick.read(job, signal);
      return result === "late"
        ? orExhausted(timeLimit > quickLimit ? await patient.read(job, signal) : result)
        : result;
    },
    close: async () => void (await Promise.all([quick.close(), patient.close()])),
  };
}

/** A thread that reads one file after the other. */
interface Lane {
  read(job: ReadJob, signal: AbortSignal): Promise<ReadResult | "late">;
  close(): Promise<void>;
}

function createLane({ timeLimit, memoryLimit, idleLimit }: Omit<Required<FileReaderOptions>, "quickLimit">): Lane {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  const start = (): Worker =>
    new Worker(threadFile("server/search/reader/worker"), {
      argv: [],
      env: {},
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdout: true,
      stderr: true,
      // The engine's own limit is far away: a single large allocation that meets it ends the whole process.
      resourceLimits: { maxOldGenerationSizeMb: 8 * Math.max(memoryLimit, 1024) },
    });
  const close = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };
  const readNow = async (job: ReadJob, signal: AbortSignal): Promise<ReadResult | "late"> => {
    signal.throwIfAborted();
    clearTimeout(idle);
    const reading = (worker ??= start());
    reading.ref();
    const late = AbortSignal.timeout(timeLimit);
    const outgrown = new AbortController();
    const watch = setInterval(
      () => void overMemory(reading, memoryLimit).then((over) => over && outgrown.abort()),
      watchEvery,
    );
    reading.postMessage(job, []);
    try {
      const stop = AbortSignal.any([signal, late, outgrown.signal]);
      const [result] = (await once(reading, "message", { signal: stop })) as [ReadResult];
      if (await overMemory(reading, memoryLimit)) {
        await close();
        return exhausted;
      }
      reading.unref();
      idle = setTimeout(() => void close(), idleLimit).unref();
      return result;
    } catch (error) {
      await close();
      signal.throwIfAborted();
      if (outgrown.signal.aborted) return exhausted;
      return late.aborted ? "late" : lost(error);
    } finally {
      clearInterval(watch);
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

/** True when a thread holds more than it may, in objects and in buffers. */
async function overMemory(worker: Worker, memoryLimit: number): Promise<boolean> {
  const used = await worker.getHeapStatistics().catch(() => null);
  return used !== null && used.external_memory + used.used_heap_size > memoryLimit * mebibyte;
}

const exhausted: ReadResult = {
  kind: "unreadable",
  code: "invalid_file",
  message: "The file could not be parsed in the time and memory it may take.",
};

function orExhausted(result: ReadResult | "late"): ReadResult {
  return result === "late" ? exhausted : result;
}

function lost(error: unknown): ReadResult {
  const isOutgrown = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return isOutgrown ? exhausted : { kind: "unreadable", code: "server_error", message: "An internal error occurred." };
}
