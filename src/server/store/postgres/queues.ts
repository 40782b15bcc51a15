/** Lets works of the same name follow one another within this process, in the order in which they came. */
export interface Queues {
  /** Does `work` once everything before it that has one of the names is over. Names are always given in the same order. */
  hold<R>(names: readonly string[], work: () => Promise<R>): Promise<R>;
}

/** Queues in which nothing waits. */
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
