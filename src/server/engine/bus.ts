/** Receives the events of one run. */
export interface Listener<Told> {
  /** `sequence` is the number of the event within the run, from 1. */
  event(event: Told, sequence: number): void;
  /** The run is gone or released; no more events will follow. */
  broken(): void;
}

/** Publishes the events of runs to listeners. */
export interface Bus<Told> {
  publish(runId: string, event: Told): void;
  /** Sends the listener every event of the run from now on. Returns the function that ends the subscription. */
  subscribe(runId: string, listener: Listener<Told>): () => void;
  /**
   * The same for every event after number `after`: kept events are sent at once, so that none is missing and none is repeated. `null`, and
   * nothing is sent, when some of them are no longer kept or nothing has happened here yet; then the state of the run is in the store.
   */
  subscribeAfter(runId: string, after: number, listener: Listener<Told>): (() => void) | null;
  /** Drops the kept events of a run, which has ended. */
  forget(runId: string): void;
  /** Notifies every listener that the run is interrupted, and drops its events. */
  breakOff(runId: string): void;
}

interface Channel<Told> {
  /** The last events of the run while it is in progress in this process. */
  events: Told[];
  /** The number of events before those, including in other processes. */
  dropped: number;
  /** How many of these were never published here. */
  elsewhere: number;
  listeners: Set<Listener<Told>>;
}

/** The minimum number of kept events of a run: a few minutes of text at a model's speed. */
const keptEvents = 10_000;

/**
 * A bus within this process. It keeps between `kept` and twice as many events of a run. `numberOf` returns the number of the first
 * event of a run here, where another process may have published some before it.
 */
export function createBus<Told>(kept = keptEvents, numberOf: (first: Told) => number = () => 1): Bus<Told> {
  const channels = new Map<string, Channel<Told>>();
  const channelOf = (runId: string): Channel<Told> => {
    const known = channels.get(runId);
    if (known) return known;
    const channel: Channel<Told> = { events: [], dropped: 0, elsewhere: 0, listeners: new Set() };
    channels.set(runId, channel);
    return channel;
  };
  const add = (runId: string, channel: Channel<Told>, listener: Listener<Told>) => {
    channel.listeners.add(listener);
    return () => {
      channel.listeners.delete(listener);
      if (channel.listeners.size === 0 && channel.events.length === 0 && channels.get(runId) === channel)
        channels.delete(runId);
    };
  };
  return {
    publish(runId, event) {
      const channel = channelOf(runId);
      const { events, listeners } = channel;
      if (events.length === 0) channel.elsewhere = channel.dropped = numberOf(event) - 1;
      const sequence = channel.dropped + events.push(event);
      if (events.length > 2 * kept) channel.dropped += events.splice(0, kept).length;
      for (const listener of listeners) listener.event(event, sequence);
    },
    subscribe: (runId, listener) => add(runId, channelOf(runId), listener),
    subscribeAfter(runId, after, listener) {
      const channel = channels.get(runId);
      if (!channel || channel.events.length === 0) return null;
      const { events, dropped, elsewhere } = channel;
      if (after < dropped && dropped > elsewhere) return null;
      const first = Math.max(after, dropped);
      for (const [index, event] of events.slice(first - dropped).entries()) listener.event(event, first + index + 1);
      return add(runId, channel, listener);
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
