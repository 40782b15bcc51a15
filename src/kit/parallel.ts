/** Runs `task` for every item, started in order, at most `limit` at a time. */
export async function forEachBounded<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/**
 * Does `work` for every item, at most `limit` at a time, and yields the results as they arrive. Items are taken only when there is room, so a
 * slow reader slows the work. A reader that stops early waits for started work.
 */
export async function* inParallel<T, R>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running = new Map<number, Promise<{ key: number; result: R }>>();
  const start = (item: T, key: number) =>
    running.set(
      key,
      work(item).then((result) => ({ key, result })),
    );
  try {
    for (const [key, item] of [...items].entries()) {
      start(item, key);
      if (running.size >= limit) yield await nextOf(running);
    }
    while (running.size > 0) yield await nextOf(running);
  } finally {
    await Promise.allSettled(running.values());
  }
}

async function nextOf<R>(running: Map<number, Promise<{ key: number; result: R }>>): Promise<R> {
  const { key, result } = await Promise.race(running.values());
  running.delete(key);
  return result;
}
