import type { Worker } from "node:worker_threads";
import { orAborted } from "../../../kit/waiting.ts";
import type { Loss } from "../logs.ts";
import type { PythonBasis } from "./basis.ts";
import type { RunCommand, SharedState, ThreadReport } from "./protocol.ts";
import { createSharedState, nextReport, startThread } from "./thread.ts";

/** Milliseconds between the interrupt and the end of a thread that does not heed it. */
const grace = 1_500;
/** Milliseconds between two looks at a running thread's memory. */
const watchEvery = 200;
const sigint = 2;
const mebibyte = 1024 * 1024;
/** MiB that a thread uses beside Python's own memory. */
const overhead = 256;

export interface PythonLimits {
  /** Milliseconds. */
  timeLimit: number;
  /** MiB. */
  memoryLimit: number;
}

interface Outcome {
  output: string;
  dropped: number;
  timedOut: boolean;
  outOfMemory: boolean;
  lost: Loss | null;
  files: { path: string; bytes: Uint8Array }[];
  images: Uint8Array[];
}

/** One Python, in its own thread. */
export interface Python {
  /** One run at a time. Rejects with the signal's reason when stopped by it. */
  run(command: RunCommand, signal: AbortSignal): Promise<Outcome>;
  /** Settles when it has ended, by `end` or because a limit was passed. */
  ended: Promise<void>;
  end(): Promise<void>;
}

/** Starts a Python; it does not keep the process alive while it has nothing to run. */
export function openPython(basis: PythonBasis, limits: PythonLimits): Python {
  const shared = createSharedState();
  const worker = startThread({ ...basis, shared });
  const started = nextReport(worker);
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.on("error", () => {});
  worker.unref();
  const run = async (command: RunCommand, signal: AbortSignal) => {
    worker.ref();
    try {
      await orAborted(booted(started, worker), signal);
      const outcome = await runWatched(worker, shared, command, limits, signal);
      signal.throwIfAborted();
      return outcome;
    } finally {
      worker.unref();
    }
  };
  return { run, ended, end: async () => void (await worker.terminate()) };
}

async function booted(started: Promise<ThreadReport>, worker: Worker): Promise<void> {
  const report = await started;
  if (report.kind === "ready") return;
  await worker.terminate();
  throw new Error(`Python did not start: ${JSON.stringify(report)}`);
}

async function runWatched(
  worker: Worker,
  shared: SharedState,
  command: RunCommand,
  limits: PythonLimits,
  signal: AbortSignal,
): Promise<Outcome> {
  const interrupt = new Int8Array(shared.interrupt);
  const counts = new Int32Array(shared.logCounts);
  counts.fill(0);
  interrupt.fill(0);
  const reported = nextReport(worker);
  worker.postMessage(command, []);

  let timedOut = false;
  let running = true;
  let loss: Loss = "crash";
  const timers: NodeJS.Timeout[] = [];
  const lose = (reason: Loss) => {
    if (!running) return;
    loss = reason;
    void worker.terminate();
  };
  const stop = () => {
    Atomics.store(interrupt, 0, sigint);
    timers.push(setTimeout(() => lose("time"), grace));
  };
  const onTime = () => {
    timedOut = true;
    stop();
  };
  timers.push(setTimeout(onTime, limits.timeLimit));
  timers.push(setInterval(() => void overMemory(worker, limits).then((over) => over && lose("memory")), watchEvery));
  signal.addEventListener("abort", stop);
  const report = await reported;
  running = false;
  signal.removeEventListener("abort", stop);
  timers.forEach(clearTimeout);

  const { outOfMemory, files, images, lost } = await settle(report, worker, loss);
  const output = new TextDecoder().decode(new Uint8Array(shared.log).slice(0, counts[0]));
  return { output, dropped: counts[1] ?? 0, timedOut, outOfMemory, lost, files, images };
}

async function settle(report: ThreadReport, worker: Worker, loss: Loss) {
  if (report.kind === "done") return { ...report, lost: null };
  await worker.terminate();
  const outgrown = report.kind === "broken" && report.message.includes("ERR_WORKER_OUT_OF_MEMORY");
  return { outOfMemory: false, files: [], images: [], lost: outgrown ? ("memory" as const) : loss };
}

/** The engine bounds Python's memory; this bounds what its files and JavaScript objects take. */
async function overMemory(worker: Worker, limits: PythonLimits): Promise<boolean> {
  const used = await worker.getHeapStatistics().catch(() => null);
  return used !== null && used.external_memory + used.used_heap_size > (limits.memoryLimit + overhead) * mebibyte;
}
