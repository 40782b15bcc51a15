/** Remembers the thread of objects, which never changes, so that statements can name it without a query. */
export interface KnownThreads {
  /** '' for shared data, `undefined` for objects that this process has not seen lately. */
  of(kind: string, key: string): string | undefined;
  note(kind: string, key: string, thread: string): void;
  forget(kind: string, key: string): void;
  clear(): void;
}

/** How many objects are remembered: enough for those of the active conversations. */
const most = 20_000;

/** What one process knows about the objects of a tenant. */
export function createKnownThreads(): KnownThreads {
  const known = new Map<string, string>();
  const name = (kind: string, key: string): string => `${kind}/${key}`;
  return {
    of: (kind, key) => known.get(name(kind, key)),
    note(kind, key, thread) {
      const noted = name(kind, key);
      if (known.has(noted)) return;
      const [oldest] = known.keys();
      if (known.size >= most && oldest !== undefined) known.delete(oldest);
      known.set(noted, thread);
    },
    forget: (kind, key) => void known.delete(name(kind, key)),
    clear: () => known.clear(),
  };
}
