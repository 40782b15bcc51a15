import type { Worker } from "node:worker_threads";
import { createSystemClock } from "../../../kit/clock.ts";
import { orAborted, sleep, within } from "../../../kit/waiting.ts";
import type { Loss, RunEnd } from "../logs.ts";
import type { PythonBasis } from "./basis.ts";
import type { Output, RunCommand, SharedState, ThreadReport } from "./protocol.ts";
import { createSharedState, nextReport, startThread } from "./thread.ts";

/** Milliseconds between two checks of a running thread. */
const interval = 50;
/** Checks between the interrupt and the termination of a thread that does not obey it. */
const grace = 40;
/** Checks after which it is interrupted again: Python drops an interrupt that arrives in a finalizer, and code may catch one. */
const persistence = 10;
/** Milliseconds after which a thread that answers no check is considered stuck. */
const silence = 30_000;
/** How many times its limit a call may take in wall-clock time, on a machine that is too busy to run it. */
const stretch = 10;
const sigint = 2;
const mebibyte = 1024 * 1024;
const clock = createSystemClock({ keepsAlive: false });
/** The MiB that a thread uses in addition to Python's own memory. */
const overhead = 256;

export interface PythonLimits {
  /** Milliseconds. */
  timeLimit: number;
  /** MiB. */
  memoryLimit: number;
}

type Outcome = RunEnd & Output;

/** One Python, in its own thread. */
export interface Python {
  /** Runs code, one run at a time. Rejects with the signal's reason if the signal stops it. */
  run(command: RunCommand, signal: AbortSignal): Promise<Outcome>;
  /** Settles when it has ended, by `end` or because a limit was exceeded. */
  ended: Promise<void>;
  end(): Promise<void>;
}

/** Starts a Python; while idle, it does not keep the process alive. */
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
      const outcome = await runWatched({ worker, shared, limits, signal }, command);
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

/** A thread with code to run, and what may stop it. */
interface Watched {
  worker: Worker;
  shared: SharedState;
  limits: PythonLimits;
  signal: AbortSignal;
}

async function runWatched(watched: Watched, command: RunCommand): Promise<Outcome> {
  const { worker, shared } = watched;
  const counts = new Int32Array(shared.logCounts);
  counts.fill(0);
  new Int8Array(shared.interrupt).fill(0);
  const reported = nextReport(worker);
  worker.postMessage(command, []);
  const calls = new Int32Array(shared.calls);
  Atomics.add(calls, 0, 1);
  Atomics.notify(calls, 0);

  const over = new AbortController();
  const watching = watch(watched, over.signal);
  const report = await reported;
  over.abort();
  const { timedOut, loss } = await watching;

  const output = new TextDecoder().decode(new Uint8Array(shared.log).slice(0, counts[0]));
  const end = { output, dropped: counts[1] ?? 0, timedOut };
  if (report.kind === "done" && loss === null) {
    if (!(await overMemory(worker, watched.limits))) return { ...end, ...report, lost: null };
  }
  await worker.terminate();
  const outgrown = report.kind === "done" || isOutOfMemory(report);
  const lost = loss ?? (outgrown ? "memory" : "crash");
  return { ...end, outOfMemory: false, lost, files: [], images: [], leftOut: 0 };
}

/**
 * Watches a call until it is over, interrupts it at its limit or on the signal, and ends a thread that does not obey or uses too much memory. Time
 * is counted in checks that the thread itself has answered: a machine that is too busy to run it does not use up its time.
 */
async function watch(
  { worker, shared, limits, signal }: Watched,
  over: AbortSignal,
): Promise<{ timedOut: boolean; loss: Loss | null }> {
  const latest = clock.now() + stretch * limits.timeLimit + silence;
  let time = 0;
  let left = grace;
  const isLate = () => time >= limits.timeLimit;
  const lose = (loss: Loss) => {
    void worker.terminate();
    return { timedOut: isLate(), loss };
  };
  for (;;) {
    await sleep(interval, clock, over);
    if (over.aborted) return { timedOut: isLate(), loss: null };
    const looked = within(silence, clock, overMemory(worker, limits)).catch(() => "stuck" as const);
    const look = await orAborted(looked, over).catch(() => false);
    if (over.aborted) continue;
    if (look === true) return lose("memory");
    time += interval;
    if (look === "stuck" || clock.now() > latest) time = limits.timeLimit;
    if (!isLate() && !signal.aborted) continue;
    if ((grace - left) % persistence === 0) Atomics.store(new Int8Array(shared.interrupt), 0, sigint);
    if (left === 0 || look === "stuck") return lose("time");
    left -= 1;
  }
}

/** The engine bounds Python's memory; this bounds what its files and JavaScript objects take. */
async function overMemory(worker: Worker, limits: PythonLimits): Promise<boolean> {
  const used = await worker.getHeapStatistics().catch(() => null);
  return used !== null && used.external_memory + used.used_heap_size > (limits.memoryLimit + overhead) * mebibyte;
}

function isOutOfMemory(report: ThreadReport): boolean {
  return report.kind === "broken" && report.message.includes("ERR_WORKER_OUT_OF_MEMORY");
}
