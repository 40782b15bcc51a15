/** Values of a process by key, each for as long as something uses it. */
export interface SharedValues<T extends object> {
  /** The value of a key: the one that is still in use, otherwise what `load` gives. Rejects as `load` does, and remembers nothing then. */
  get(key: string, load: () => Promise<T>): Promise<T>;
}

/** Keeps large values that never change, so that those who need the same one at once or later share it. */
export function createSharedValues<T extends object>(): SharedValues<T> {
  const loaded = new Map<string, WeakRef<T>>();
  return {
    async get(key, load) {
      const known = loaded.get(key)?.deref();
      if (known !== undefined) return known;
      const value = await load();
      loaded.set(key, new WeakRef(value));
      return value;
    },
  };
}
