/** The values of `source` until the signal aborts; then throws its reason, whether or not the source heeds the signal. */
export async function* until<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await withSignal(iterator.next(), signal);
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    if (signal.aborted) iterator.return?.().catch(() => {});
    else await iterator.return?.();
  }
}

/** What the promise gives, or the signal's reason as soon as it aborts. */
export function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
