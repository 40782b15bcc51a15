import type { Clock } from "./clock.ts";

/** Resolves after that many milliseconds, or as soon as `signal` is aborted. Never rejects. */
export function sleep(milliseconds: number, { after }: Clock, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const stop = () => {
      cancel();
      resolve();
    };
    const cancel = after(milliseconds, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** What the promise gives, or the signal's reason as soon as it aborts; then the promise is left to itself. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** The values of `source` until the signal aborts; then throws its reason, whether or not the source heeds the signal. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  // One listener for all values: they may be many, and adding one costs more than handing on a value.
  let giveUp = (): void => {};
  const abort = (): void => giveUp();
  signal.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      const result = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = () => reject(signal.reason);
        if (signal.aborted) giveUp();
        iterator.next().then(resolve, reject);
      });
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    if (signal.aborted) iterator.return?.().catch(() => {});
    else await iterator.return?.();
  }
}

/** Something took longer than it may. */
export class TimedOut extends Error {
  constructor(milliseconds: number) {
    super(`took longer than ${milliseconds} ms`);
    this.name = "TimedOut";
  }
}

/** What `work` gives, or a `TimedOut` when it takes longer than that; then `work` is left to itself. */
export function within<T>(milliseconds: number, clock: Clock, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => reject(new TimedOut(milliseconds)));
    work.then(resolve, reject).finally(cancel);
  });
}
