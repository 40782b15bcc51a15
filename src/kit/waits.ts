/** The waits of runs that the client cannot shorten, reported by one part of the process and shown by another. */
export interface Waits {
  /** Reports why a run waits; `null` when it continues. */
  tell(this: void, id: string, reason: string | null): void;
  /** Calls the listener with a run's current wait and all later ones, until the returned function is called. */
  listen(this: void, id: string, listener: (reason: string | null) => void): () => void;
}

export function createWaits(): Waits {
  const current = new Map<string, string>();
  const listeners = new Map<string, Set<(reason: string | null) => void>>();
  return {
    tell(id, reason) {
      if (reason === null) current.delete(id);
      else current.set(id, reason);
      for (const listener of listeners.get(id) ?? []) listener(reason);
    },
    listen(id, listener) {
      const those = listeners.get(id) ?? new Set();
      listeners.set(id, those.add(listener));
      const reason = current.get(id);
      if (reason !== undefined) listener(reason);
      return () => {
        those.delete(listener);
        if (those.size === 0) listeners.delete(id);
      };
    },
  };
}

const prefix = ": playbill waits for ";
const goesOn = ": playbill goes on";

/** A run's wait as a comment in its stream of server-sent events, which other clients ignore. */
export function waitingComment(reason: string | null): string {
  return reason === null ? goesOn : prefix + reason.replaceAll(/\s+/g, " ");
}

/** The reason in such a comment; `null` when the run continues, `undefined` for any other line. */
export function waitingInComment(line: string): string | null | undefined {
  if (line === goesOn) return null;
  return line.startsWith(prefix) ? line.slice(prefix.length) : undefined;
}
