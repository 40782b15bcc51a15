import { Worker, type WorkerOptions, parentPort } from "node:worker_threads";
import { createSystemClock } from "./clock.ts";
import { orAborted, within } from "./waiting.ts";

/**
 * Why a thread ended before it was closed: an uncaught error, `process.exit`, an exceeded memory limit, or a call that did not
 * finish soon after it was aborted.
 */
export type ThreadLoss =
  | { kind: "error"; error: unknown }
  | { kind: "exit"; code: number }
  | { kind: "memory"; limit: number }
  | { kind: "stopped" };

/** The error of a call whose thread ended before it answered. */
export class ThreadLost extends Error {
  readonly loss: ThreadLoss;
  /** False when the thread had already ended and did not receive the call. */
  readonly wasBegun: boolean;

  constructor(loss: ThreadLoss, { wasBegun }: { wasBegun: boolean }) {
    super(`the thread ended: ${loss.kind}`);
    this.name = "ThreadLost";
    this.loss = loss;
    this.wasBegun = wasBegun;
  }
}

/** A thread that answers calls, several at a time. */
export interface Thread<Request, Answer> {
  /**
   * The answer to one call. Rejects with the signal's reason as soon as it aborts: a thread that does not finish the call soon after
   * that is terminated; no other call starts before that is known. Rejects with a ThreadLost when the thread ends on its own.
   */
  call(request: Request, signal: AbortSignal): Promise<Answer>;
  /**
   * Ends the thread when its pending work is done, or at once when that takes long. Resolves to why it ended on its own,
   * or to `null`. A thread that cannot be terminated, because it is blocked in a system call, is abandoned, and keeps the process alive.
   */
  close(): Promise<ThreadLoss | null>;
}

export interface ThreadOptions {
  /** Its environment, without ours. */
  env: Record<string, string | undefined>;
  /** The memory limit of its JavaScript in MiB, including buffers. */
  memoryLimit: number;
  /** Called with what its code prints. */
  onOutput: (text: string) => void;
}

type ToThread<Request> =
  | { kind: "call"; id: number; request: Request }
  | { kind: "abort"; id: number }
  | { kind: "close" };
type FromThread<Answer> = { kind: "answer"; id: number; answer: Answer } | { kind: "closing" };

/**
 * The engine's own limit ends the complete process when one allocation exceeds it, so it is set far higher, and the memory of a running thread
 * is monitored.
 */
const engineMargin = 8;
/** Milliseconds between two checks. */
const lookEvery = 50;
const mebibyte = 1024 * 1024;

/** Milliseconds that an aborted call may take to end. */
const endingTime = 200;

/** Milliseconds that a closed thread may take to finish pending work: long, because an error in it must not depend on speed. */
const closingTime = 5_000;

/** Milliseconds to wait for a terminated thread; one that ends later does no harm. */
const leavingTime = 1_000;

/**
 * Starts a thread that runs the module `file`, which must call `answerCalls`. An idle thread does not keep the process alive. Node flags that apply
 * to this process apply to the thread.
 */
export function startThread<Request, Answer>(file: URL, options: ThreadOptions): Thread<Request, Answer> {
  const { env, memoryLimit, onOutput } = options;
  const worker = new Worker(file, {
    argv: [],
    env: env as NonNullable<WorkerOptions["env"]>,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: engineMargin * memoryLimit },
  });
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: ThreadLost) => void }>();
  /** Calls that were aborted but have not ended. */
  const aborted = new Set<Promise<void>>();
  let loss: ThreadLoss | null = null;
  let calls = 0;
  let isClosing = false;
  let isAlive = true;
  const closing = Promise.withResolvers<void>();
  const lose = (why: ThreadLoss) => {
    if (!isClosing) loss ??= why;
    for (const { reject } of waiting.values()) reject(new ThreadLost(loss ?? why, { wasBegun: true }));
    waiting.clear();
  };
  const stop = (why: ThreadLoss) => {
    lose(why);
    closing.resolve();
    void worker.terminate();
  };
  for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding("utf8").on("data", onOutput);
  worker
    .on("message", (message: FromThread<Answer>) => {
      if (message.kind === "closing") return closing.resolve();
      waiting.get(message.id)?.resolve(message.answer);
      waiting.delete(message.id);
      if (waiting.size === 0) worker.unref();
    })
    // An error may arrive before earlier answers; the exit comes after both.
    .on("error", (error) => void (loss ??= lossOf(error, memoryLimit)))
    .on("exit", (code) => {
      isAlive = false;
      clearInterval(watch);
      lose({ kind: "exit", code });
      closing.resolve();
    })
    .unref();
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    // It rejects while the thread starts or ends.
    const used = await worker.getHeapStatistics().catch(() => null);
    isLooking = false;
    if (used !== null && used.used_heap_size + used.external_memory >= memoryLimit * mebibyte)
      stop({ kind: "memory", limit: memoryLimit });
  };
  const watch = setInterval(() => void look(), lookEvery).unref();
  const post = (message: ToThread<Request>) => worker.postMessage(message, []);

  return {
    async call(request, signal) {
      signal.throwIfAborted();
      if (aborted.size > 0) {
        worker.ref();
        await Promise.all(aborted);
        signal.throwIfAborted();
      }
      if (loss !== null) throw new ThreadLost(loss, { wasBegun: false });
      const id = (calls += 1);
      const answer = new Promise<Answer>((resolve, reject) => waiting.set(id, { resolve, reject }));
      worker.ref();
      post({ kind: "call", id, request });
      return orAborted(answer, signal).catch((error: unknown) => {
        if (waiting.has(id)) {
          post({ kind: "abort", id });
          const ended = answer.then(
            () => {},
            () => {},
          );
          aborted.add(ended);
          void ended.then(() => aborted.delete(ended));
          setTimeout(() => waiting.has(id) && stop({ kind: "stopped" }), endingTime).unref();
          worker.unref();
        }
        throw error;
      });
    },
    async close() {
      if (isAlive) {
        worker.ref();
        post({ kind: "close" });
        await soon(closing.promise, closingTime);
      }
      isClosing = true;
      await soon(worker.terminate(), leavingTime);
      return loss;
    },
  };
}

/** Waits for `work`, at most `milliseconds`. */
async function soon(work: Promise<unknown>, milliseconds: number): Promise<void> {
  await within(milliseconds, createSystemClock({ keepsAlive: true }), work).catch(() => {});
}

function lossOf(error: unknown, limit: number): ThreadLoss {
  const isMemory = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return isMemory ? { kind: "memory", limit } : { kind: "error", error };
}

/** Reports that the thread is closing. It is queued behind pending work, which is therefore done. */
function sayClosing(): void {
  parentPort?.postMessage({ kind: "closing" } satisfies FromThread<unknown>, []);
}

/** Answers the calls that reach this thread. An error of `answer` ends the thread. */
export function answerCalls(answer: (request: unknown, signal: AbortSignal) => Promise<unknown>): void {
  const aborts = new Map<number, AbortController>();
  parentPort?.on("message", (message: ToThread<unknown>) => {
    if (message.kind === "close") return void setTimeout(setImmediate, 0, sayClosing);
    if (message.kind === "abort") return aborts.get(message.id)?.abort();
    const { id, request } = message;
    const abort = new AbortController();
    aborts.set(id, abort);
    void answer(request, abort.signal)
      .finally(() => aborts.delete(id))
      .then((given) =>
        parentPort?.postMessage({ kind: "answer", id, answer: given } satisfies FromThread<unknown>, []),
      );
  });
}
