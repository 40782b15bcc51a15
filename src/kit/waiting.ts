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

/** The result of the promise, or a rejection with the signal's reason as soon as it aborts; the promise is then ignored. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * The values of `source` until the signal aborts; then rejects with its reason, whether or not the source respects the signal. Written by hand with one
 * listener for all values: there may be many, and a generator or a listener for each costs more than passing it on.
 */
export function untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      let giveUp = (): void => {};
      const abort = (): void => giveUp();
      signal.addEventListener("abort", abort, { once: true });
      const end = (): void => signal.removeEventListener("abort", abort);
      return {
        next: () =>
          new Promise((resolve, reject) => {
            giveUp = () => {
              reject(signal.reason);
              iterator.return?.().catch(() => {});
            };
            if (signal.aborted) return giveUp();
            iterator.next().then((result) => {
              if (result.done === true) end();
              resolve(result);
            }, reject);
          }),
        async return() {
          end();
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** The error of work that exceeded its timeout. */
export class TimedOut extends Error {
  constructor(milliseconds: number) {
    super(`took longer than ${milliseconds} ms`);
    this.name = "TimedOut";
  }
}

/** The result of `work`, or a rejection with `TimedOut` when it takes longer; `work` is then ignored. */
export function within<T>(milliseconds: number, clock: Clock, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => reject(new TimedOut(milliseconds)));
    work.then(resolve, reject).finally(cancel);
  });
}
