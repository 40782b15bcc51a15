import type { StreamEvent } from "./events.ts";

/** Is told what happens to one run. */
export interface Listener {
  /** `sequence` counts the events of the run, from 1. */
  event(event: StreamEvent, sequence: number): void;
  /** The run is gone or let go; nothing more will come. */
  broken(): void;
}

/** Tells listeners of runs what happens to them. */
export interface Bus {
  publish(runId: string, event: StreamEvent): void;
  /**
   * Tells the listener every event of the run after number `after`, those that are kept at once; without it, from now on. Gives the function that ends
   * the subscription.
   */
  subscribe(runId: string, listener: Listener, after?: number): () => void;
  /** Lets go of the events that are kept of a run: it is over. */
  forget(runId: string): void;
  /** Tells every listener of the run that it breaks off, and lets go of its events. */
  breakOff(runId: string): void;
}

interface Channel {
  /** Events of the run while this process carries it out; their numbers are their places. */
  events: StreamEvent[];
  listeners: Set<Listener>;
}

/** A bus within this process. */
export function createBus(): Bus {
  const channels = new Map<string, Channel>();
  const channelOf = (runId: string): Channel => {
    const known = channels.get(runId);
    if (known) return known;
    const channel: Channel = { events: [], listeners: new Set() };
    channels.set(runId, channel);
    return channel;
  };
  return {
    publish(runId, event) {
      const { events, listeners } = channelOf(runId);
      const sequence = events.push(event);
      for (const listener of listeners) listener.event(event, sequence);
    },
    subscribe(runId, listener, after) {
      const channel = channelOf(runId);
      if (after !== undefined)
        for (const [index, event] of channel.events.slice(after).entries()) listener.event(event, after + index + 1);
      channel.listeners.add(listener);
      return () => {
        channel.listeners.delete(listener);
        if (channel.listeners.size === 0 && channel.events.length === 0 && channels.get(runId) === channel)
          channels.delete(runId);
      };
    },
    forget(runId) {
      channels.delete(runId);
    },
    breakOff(runId) {
      const listeners = [...(channels.get(runId)?.listeners ?? [])];
      channels.delete(runId);
      for (const listener of listeners) listener.broken();
    },
  };
}
