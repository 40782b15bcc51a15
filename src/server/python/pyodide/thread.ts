import { Worker } from "node:worker_threads";
import { threadFile } from "../../../kit/package-files.ts";
import type { PythonThreadData, SharedState, ThreadReport } from "./protocol.ts";

/** The bytes of output that are kept per call. */
const logSize = 256 * 1024;
/**
 * The MiB of JavaScript heap at which the engine itself ends the thread; far more than a session may use, because a single large allocation
 * that reaches this limit ends the whole process. The limit of a session is enforced from outside.
 */
const javascriptHeap = 8192;

/** Starts the thread. It gets no environment, arguments or standard streams of this process. */
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

/** The next message of the thread; `broken` if it ends instead. */
export function nextReport(worker: Worker): Promise<ThreadReport> {
  return new Promise((resolve) => {
    const settle = (report: ThreadReport) => {
      worker.off("message", settle).off("error", failed).off("exit", ended);
      resolve(report);
    };
    const failed = (error: unknown) => settle({ kind: "broken", message: String(error) });
    const ended = () => settle({ kind: "broken", message: "the thread ended" });
    worker.on("message", settle).on("error", failed).on("exit", ended);
    // A thread that has already ended does not report it again.
    if (worker.threadId === -1) ended();
  });
}
