/** Is told what happens to one run. */
export interface Listener<Told> {
  /** `sequence` is the number of the event among those of the run, from 1. */
  event(event: Told, sequence: number): void;
  /** The run is gone or let go; nothing more will come. */
  broken(): void;
}

/** Tells listeners of runs what happens to them. */
export interface Bus<Told> {
  publish(runId: string, event: Told): void;
  /** Tells the listener every event of the run from now on. Gives the function that ends the subscription. */
  subscribe(runId: string, listener: Listener<Told>): () => void;
  /**
   * The same for every event after number `after`: those that are kept are told at once, so that none is missing and none comes twice. `null`, and
   * nothing is told, when some of them are not kept any more or nothing happened here yet; the state of the run is in the store then.
   */
  subscribeAfter(runId: string, after: number, listener: Listener<Told>): (() => void) | null;
  /** Lets go of the events that are kept of a run: it is over. */
  forget(runId: string): void;
  /** Tells every listener of the run that it breaks off, and lets go of its events. */
  breakOff(runId: string): void;
}

interface Channel<Told> {
  /** The last events of the run while this process carries it out. */
  events: Told[];
  /** How many events came before those, in other processes too. */
  dropped: number;
  /** How many of these were never told here. */
  elsewhere: number;
  listeners: Set<Listener<Told>>;
}

/** How many events of a run are kept at least, when there were so many: a few minutes of text at the pace of a model. */
const keptEvents = 10_000;

/**
 * A bus within this process. `kept` is how many events of a run it keeps, at least; at most twice as many. `numberOf` gives the number of the first
 * event of a run here, where another process may have told some before it.
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
