import { setImmediate } from "node:timers";
import type { Clock } from "../../kit/clock.ts";
import { asObject } from "../../kit/json.ts";
import type { Bus, Listener } from "../engine/bus.ts";
import type { Transport } from "./transport.ts";

/** Lets this process follow runs of other processes, and other processes those of this one. */
export interface RemoteEvents<Told> {
  /**
   * Sends the listener every event after number `after` of a run of the process `holder`, each once and in order, until the returned function
   * is called. Lost events are requested again.
   */
  follow(runId: string, holder: string, after: number, listener: Listener<Told>): () => void;
  /** Checks the followed runs; called periodically. Notifies the listener that a run is interrupted when its holder no longer has it. */
  look(): Promise<void>;
  /** Handles a message; `false` for one that is not for this dialect. */
  message(message: unknown, from: string): boolean;
  close(): void;
}

/** Its parts. */
export interface RemoteEventsParts<Told> {
  transport: Transport;
  bus: Bus<Told>;
  clock: Clock;
  /** Distinguishes the runs of this dialect from others. */
  topic: string;
  /** True while that process still has the run. */
  isHeldBy(runId: string, holder: string): Promise<boolean>;
}

interface Followed<Told> {
  runId: string;
  holder: string;
  after: number;
  listener: Listener<Told>;
}

type Message<Told> =
  | { kind: "follow"; topic: string; ref: string; run: string; after: number }
  | { kind: "unfollow"; topic: string; ref: string }
  | { kind: "events"; topic: string; ref: string; first: number; events: Told[] }
  | { kind: "broken"; topic: string; ref: string };

/** How long the first answer may take before the store is checked for the run, in milliseconds. */
const patience = 300;

/** The events of one dialect's runs, between the processes on a store. */
export function createRemoteEvents<Told extends object>(parts: RemoteEventsParts<Told>): RemoteEvents<Told> {
  const { transport, bus, clock, topic } = parts;
  const followed = new Map<string, Followed<Told>>();
  /** Functions that end the subscriptions of other processes here, by their address and reference. */
  const served = new Map<string, () => void>();
  let count = 0;

  const send = (message: Message<Told>, to: string): void => transport.send(message as object as {}, to);
  const ask = (ref: string, { holder, runId, after }: Followed<Told>): void =>
    send({ kind: "follow", topic, ref, run: runId, after }, holder);
  const end = (ref: string): void => {
    const one = followed.get(ref);
    if (followed.delete(ref) && one) send({ kind: "unfollow", topic, ref }, one.holder);
  };
  const breakOff = (ref: string): void => {
    const one = followed.get(ref);
    followed.delete(ref);
    one?.listener.broken();
  };
  /** Requests what may be missing; a run that its holder no longer has is interrupted. */
  const lookAt = async (ref: string, one: Followed<Told>): Promise<void> => {
    if (!followed.has(ref)) return;
    if (await parts.isHeldBy(one.runId, one.holder)) ask(ref, one);
    else breakOff(ref);
  };

  const serve = (ref: string, run: string, after: number, from: string): void => {
    const key = `${from} ${ref}`;
    served.get(key)?.();
    served.delete(key);
    let first = after + 1;
    let unsent: Told[] = [];
    const flush = (): void => {
      if (unsent.length === 0) return;
      send({ kind: "events", topic, ref, first, events: unsent }, from);
      first += unsent.length;
      unsent = [];
    };
    const stop = bus.subscribeAfter(run, after, {
      event(event) {
        // Everything from one turn of the event loop is one message.
        if (unsent.push(event) === 1) setImmediate(flush);
      },
      broken() {
        flush();
        served.delete(key);
        send({ kind: "broken", topic, ref }, from);
      },
    });
    if (stop) served.set(key, stop);
  };
  const take = (ref: string, first: number, events: readonly Told[]): void => {
    const one = followed.get(ref);
    if (!one) return;
    if (first > one.after + 1) return ask(ref, one);
    for (const event of events.slice(one.after + 1 - first)) {
      one.after += 1;
      one.listener.event(event, one.after);
    }
  };

  return {
    follow(runId, holder, after, listener) {
      // All tenants share the transport: with a reference that another tenant's engine also has, events would be mixed up.
      const ref = `${runId}/${(count += 1)}`;
      const one = { runId, holder, after, listener };
      followed.set(ref, one);
      ask(ref, one);
      clock.after(patience, () => {
        if (one.after === after) lookAt(ref, one).catch(() => {});
      });
      return () => end(ref);
    },
    async look() {
      await Promise.all([...followed].map(([ref, one]) => lookAt(ref, one)));
    },
    message(message, from) {
      const { kind, topic: about, ref, run, after, first, events } = asObject(message);
      if (about !== topic || typeof ref !== "string") return false;
      if (kind === "follow") serve(ref, String(run), Number(after), from);
      else if (kind === "unfollow") {
        served.get(`${from} ${ref}`)?.();
        served.delete(`${from} ${ref}`);
      } else if (kind === "events" && Array.isArray(events)) take(ref, Number(first), events as Told[]);
      else if (kind === "broken") breakOff(ref);
      return true;
    },
    close() {
      for (const stop of served.values()) stop();
      served.clear();
      for (const ref of followed.keys()) breakOff(ref);
    },
  };
}
