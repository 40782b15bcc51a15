import type { StreamEvent } from "./events.ts";

/** Hears what happens to one run, from when it began to listen. */
export interface Listener {
  event(event: StreamEvent): void;
  /** The run is gone or let go; nothing more will come. */
  broken(): void;
}

/** Tells listeners of runs what happens to them. */
export interface Bus {
  publish(runId: string, event: StreamEvent): void;
  /** Gives the function that ends the listening. */
  listen(runId: string, listener: Listener): () => void;
  /** Tells every listener of the run that it breaks off. */
  breakOff(runId: string): void;
}

/** A bus within this process. */
export function createBus(): Bus {
  const listeners = new Map<string, Set<Listener>>();
  const of = (runId: string): Listener[] => [...(listeners.get(runId) ?? [])];
  return {
    publish(runId, event) {
      for (const listener of of(runId)) listener.event(event);
    },
    listen(runId, listener) {
      const ofRun = listeners.get(runId) ?? new Set();
      listeners.set(runId, ofRun.add(listener));
      return () => {
        ofRun.delete(listener);
        if (ofRun.size === 0) listeners.delete(runId);
      };
    },
    breakOff(runId) {
      for (const listener of of(runId)) listener.broken();
    },
  };
}
