/** Remembers in which thread objects are, which never changes, so that statements can name it without asking first. */
export interface KnownThreads {
  /** '' for what is shared, `undefined` for what this process has not seen lately. */
  of(kind: string, key: string): string | undefined;
  note(kind: string, key: string, thread: string): void;
  forget(kind: string, key: string): void;
  clear(): void;
}

/** How many objects are remembered: those of the conversations that go on. */
const most = 20_000;

/** What one process knows of a tenant's objects. */
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
