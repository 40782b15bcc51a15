import { Worker } from "node:worker_threads";
import { threadFile } from "../../../kit/package-files.ts";
import type { PythonThreadData, SharedState, ThreadReport } from "./protocol.ts";

/** Bytes of output that are kept of one call. */
const logSize = 256 * 1024;
/**
 * MiB of JavaScript's heap at which the engine itself ends the thread; far more than a session may use, because a single large allocation
 * that meets this limit ends the whole process. What a session may use is watched from outside.
 */
const javascriptHeap = 8192;

/** Starts the thread. It has no environment, no arguments and no standard streams of ours. */
export function startThread(data: PythonThreadData): Worker {
  const worker = new Worker(threadFile("server/python/pyodide/worker"), {
    workerData: data,
    argv: [],
    env: {},
    execArgv: ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: javascriptHeap },
  });
  return worker.setMaxListeners(0);
}

/** Shared memory for one thread, all zero. */
export function createSharedState(): SharedState {
  return {
    log: new SharedArrayBuffer(logSize),
    logCounts: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
    interrupt: new SharedArrayBuffer(1),
    calls: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  };
}

/** The next thing the thread says; `broken` when it ends instead. */
export function nextReport(worker: Worker): Promise<ThreadReport> {
  return new Promise((resolve) => {
    const settle = (report: ThreadReport) => {
      worker.off("message", settle).off("error", failed).off("exit", ended);
      resolve(report);
    };
    const failed = (error: unknown) => settle({ kind: "broken", message: String(error) });
    const ended = () => settle({ kind: "broken", message: "the thread ended" });
    worker.on("message", settle).on("error", failed).on("exit", ended);
    // A thread that has ended already does not say so again.
    if (worker.threadId === -1) ended();
  });
}
