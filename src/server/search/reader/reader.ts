import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { threadFile } from "../../../kit/package-files.ts";
import type { ReadJob, ReadResult } from "./protocol.ts";

/** Reads files outside of the server's main thread, so that a slow or malicious file does not block others. */
export interface FileReader {
  /** Rejects with the signal's reason when it aborts. */
  read(job: ReadJob, signal: AbortSignal): Promise<ReadResult>;
  /** Ends the threads; the next file starts a new one. */
  close(): Promise<void>;
}

export interface FileReaderOptions {
  /** The time limit of a file, in milliseconds. */
  timeLimit?: number;
  /** Milliseconds after which a file is stopped in favour of others; it is read again in a thread for slow files. */
  quickLimit?: number;
  /** The memory limit of a thread, in MiB. */
  memoryLimit?: number;
  /** Milliseconds without a file after which a thread ends. */
  idleLimit?: number;
}

const defaults = { timeLimit: 60_000, quickLimit: 3_000, memoryLimit: 1024, idleLimit: 60_000 };
const mebibyte = 1024 * 1024;
/** Milliseconds between memory checks of a reading thread. */
const watchEvery = 50;

/**
 * Reads files in two threads: one for all, and one for slow files, so that a slow file delays only others like it. A thread
 * starts with its first file, has neither our environment nor our streams, and does not keep the process alive when idle.
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
      // The engine's own limit is far higher: a single large allocation that reaches it ends the complete process.
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

/** True when a thread exceeds its memory limit with objects and buffers. */
async function overMemory(worker: Worker, memoryLimit: number): Promise<boolean> {
  const used = await worker.getHeapStatistics().catch(() => null);
  return used !== null && used.external_memory + used.used_heap_size > memoryLimit * mebibyte;
}

const exhausted: ReadResult = {
  kind: "unreadable",
  code: "invalid_file",
  message: "The file could not be parsed within the time and memory limits.",
};

function orExhausted(result: ReadResult | "late"): ReadResult {
  return result === "late" ? exhausted : result;
}

function lost(error: unknown): ReadResult {
  const isOutgrown = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return isOutgrown ? exhausted : { kind: "unreadable", code: "server_error", message: "An internal error occurred." };
}
