/** Runs tasks of the same name one after the other within this process, in the order in which they arrive. */
export interface Queues {
  /** Runs `work` once all earlier tasks with one of the names are done. Names are always given in the same order. */
  hold<R>(names: readonly string[], work: () => Promise<R>): Promise<R>;
}

/** Creates empty queues. */
export function createQueues(): Queues {
  const last = new Map<string, Promise<void>>();
  const holdOne = async <R>(name: string, work: () => Promise<R>): Promise<R> => {
    const before = last.get(name);
    const { promise, resolve } = Promise.withResolvers<void>();
    last.set(name, promise);
    try {
      await before;
      return await work();
    } finally {
      if (last.get(name) === promise) last.delete(name);
      resolve();
    }
  };
  const hold = <R>([name, ...others]: readonly string[], work: () => Promise<R>): Promise<R> =>
    name === undefined ? work() : holdOne(name, () => hold(others, work));
  return { hold };
}
