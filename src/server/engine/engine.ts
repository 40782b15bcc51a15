import { asList, asObject, asText } from "../../kit/json.ts";
import { scopeAround, StoreUnavailable, type Store } from "../store/store.ts";
import { createBus, type Bus, type Listener } from "./bus.ts";
import type { Dialect, Projection, Shape } from "./dialect.ts";
import { RunGone, RunMoved, createJournal, type Decide } from "./journal.ts";
import { claimOrphans } from "./leases.ts";
import { runRounds } from "./rounds.ts";
import { Stopped, stopFor, type Stop } from "./stop.ts";
import { createRemoteEvents } from "../replicas/remote-events.ts";
import type { Services } from "../services.ts";

/** Carries out the runs of one dialect. */
export interface Engine<S extends Shape> {
  /** Written into every run that this engine creates. */
  readonly id: string;
  readonly bus: Bus<S["told"]>;
  /** Stores a queued run, started already, in the transaction `store`, and takes it up as soon as that is committed. */
  begin(store: Store, queued: S["record"]): Promise<void>;
  /** Goes on with a run that waits for its client; `answer` checks and applies what came. Gives the record after the first event. */
  resume(runId: string, answer: Decide<S>): Promise<S["record"]>;
  /** Refuses when the run's status does not allow it. */
  cancel(runId: string): Promise<S["record"]>;
  /**
   * Tells the listener every event of a run after number `after`, whichever process carries it out; gives the function that ends that. `null` when
   * nobody does, or when some of them are not kept any more: the state of the run is in the store then.
   */
  follow(runId: string, after: number, listener: Listener<S["told"]>): Promise<(() => void) | null>;
  /** Drops runs that were deleted. */
  forget(runIds: readonly string[]): void;
  /** How many runs are carried out here, and how many of those that it has wait for their clients. */
  counts(): { running: number; waiting: number };
  /** Drops every run, before the store is emptied. */
  forgetAll(): Promise<void>;
  /** Lets runs finish, for as long as the limits say; the others are left so that the next start takes them up. */
  close(): Promise<void>;
}

/** How many looks an engine takes before it reads again all that is active. */
const looksWithoutReading = 5;

/** Starts an engine: it takes up the runs of engines that are gone, now and from then on. */
export function startEngine<S extends Shape>(services: Services, dialect: Dialect<S>): Engine<S> {
  type R = S["record"];
  const { store, clock, limits, log, replica } = services;
  const { records } = dialect;
  const { id, transport } = replica;
  const bus = createBus<S["told"]>(undefined, dialect.numberOf);
  const remote = createRemoteEvents({ transport, bus, clock, topic: records.name, isHeldBy });
  const journal = createJournal(services, dialect, bus, id);
  /** The runs that are carried out here. */
  const active = new Map<string, { controller: AbortController; done: Promise<void> }>();
  /** The runs that this engine has, with what stops the timer of their expiry. */
  const timers = new Map<string, () => void>();
  /** What was begun and is not waited for. */
  const background = new Set<Promise<void>>();
  let isClosing = false;
  let known: ReadonlySet<string> = new Set();
  let looks = -1;
  let hasFailed = false;

  /** That the database is away is said once, by the replica. */
  const logFault = (error: unknown): void => {
    if (!(error instanceof StoreUnavailable)) log({ kind: "fault", requestId: null, error });
  };

  function inBackground(work: Promise<void>): void {
    const done = work.catch(logFault).finally(() => background.delete(done));
    background.add(done);
  }

  /** Carries out a run; `start` gives its record, in progress. */
  function launch(runId: string, start: () => Promise<R>): void {
    const controller = new AbortController();
    const done = carryOut(runId, start, controller.signal).finally(() => {
      if (active.get(runId)?.controller === controller) active.delete(runId);
    });
    active.set(runId, { controller, done });
  }

  /** Never rejects. */
  async function carryOut(runId: string, start: () => Promise<R>, signal: AbortSignal): Promise<void> {
    let projection: Projection<S> | null = null;
    try {
      const record = await start();
      projection = dialect.project(journal, record);
      await projection.begin();
      for await (const event of runRounds(services, dialect.taskOf(record), signal)) {
        const applied = projection.apply(event);
        if (applied) await applied;
      }
      if (!dialect.isWaiting(projection.record())) finish(runId);
    } catch (error) {
      if (error instanceof RunGone) return drop(runId);
      const { stop, fault } = error instanceof RunMoved ? cancelled : stopFor(error);
      if (fault) logFault(error);
      await end(runId, stop, projection);
    }
  }

  /** An end that cannot be written (a full disk) is tried again with the next beat. Never rejects. */
  async function end(runId: string, stop: Stop, projection: Projection<S> | null = null): Promise<void> {
    try {
      await journal.decide(runId, (record, tx) => dialect.ending(tx, record, stop, projection));
      // Whoever was not told of an end, as it was written before without an answer, looks into the store.
      bus.breakOff(runId);
      if (stop.kind === "release") disarm(runId);
      else finish(runId);
    } catch (error) {
      if (!(error instanceof RunGone)) {
        hasFailed = true;
        logFault(error);
      }
      drop(runId);
    }
  }

  function stopRun(runId: string, stop: Stop): void {
    const running = active.get(runId);
    if (running) running.controller.abort(new Stopped(stop));
    else inBackground(end(runId, stop));
  }

  function arm(record: R): void {
    const runId = record.id;
    timers.get(runId)?.();
    const end = dialect.expiresAt(record);
    const left = end === null ? null : Math.max(0, end * 1000 - clock.now());
    timers.set(runId, left === null ? () => {} : clock.after(left, () => stopRun(runId, { kind: "expire" })));
  }

  function disarm(runId: string): void {
    timers.get(runId)?.();
    timers.delete(runId);
    bus.forget(runId);
  }

  /** The run is over. */
  function finish(runId: string): void {
    disarm(runId);
    if (dialect.cleanUp) inBackground(dialect.cleanUp(runId));
  }

  function drop(runId: string): void {
    bus.breakOff(runId);
    disarm(runId);
  }

  async function recover(record: R): Promise<void> {
    const recovery = await dialect.recoveryOf(record);
    if (recovery.kind === "stop") return end(record.id, recovery.stop);
    if (active.has(record.id)) return;
    arm(record);
    if (recovery.kind === "begin")
      launch(record.id, () => journal.move(record.id, () => ({ events: recovery.events })));
  }

  /** Stops here what another process cancelled, deleted or took up. */
  async function checkOutside(runId: string): Promise<void> {
    const record = await store.get(records, runId);
    if (record?.engine !== id) return letGo([runId]);
    if (!dialect.isStopped(record) || active.get(runId)?.controller.signal.aborted !== false) return;
    for (const event of dialect.toldOfStatus(record)) bus.publish(runId, event);
    stopRun(runId, { kind: "cancel" });
  }

  async function isHeldBy(runId: string, holder: string): Promise<boolean> {
    const record = await store.get(records, runId);
    return record?.engine === holder && dialect.activeStatuses.some((status) => status === records.tag(record));
  }

  /** Lets other processes look at runs at once, and not only with their next beat. */
  function announce(runIds: readonly string[], to?: string): void {
    if (runIds.length > 0) transport.send({ kind: "look", topic: records.name, runs: [...runIds] }, to);
  }

  function letGo(runIds: readonly string[]): void {
    for (const runId of runIds) {
      active.get(runId)?.controller.abort(new RunGone(runId));
      drop(runId);
    }
  }

  /** Takes up what others left, and looks what they did to what is carried out here. */
  async function look(): Promise<void> {
    if (isClosing) return;
    if (hasToRead()) {
      const orphans = await claimOrphans(services, dialect, (runId) => timers.has(runId));
      await Promise.all(orphans.map((orphan) => recover(orphan).catch(logFault)));
      if (dialect.sweep) inBackground(dialect.sweep());
    }
    await lookOutside();
  }

  async function lookOutside(): Promise<void> {
    for (const runId of active.keys()) await checkOutside(runId);
    await remote.look();
  }

  /** All that is active is read when a process is gone or an end could not be written, and from time to time. */
  function hasToRead(): boolean {
    const live = replica.live();
    const isAnyGone = [...known].some((process) => !live.has(process));
    known = live;
    looks = isAnyGone || hasFailed ? 0 : (looks + 1) % looksWithoutReading;
    hasFailed = false;
    return looks === 0;
  }

  const stopWatching = replica.watch(look);
  const stopReceiving = transport.receive({
    message(message, from) {
      if (remote.message(message, from)) return;
      const { kind, topic, runs } = asObject(message);
      if (kind === "look" && topic === records.name)
        for (const runId of asList(runs).map(asText)) if (timers.has(runId)) inBackground(checkOutside(runId));
    },
    gap: () => inBackground(lookOutside()),
  });

  return {
    id,
    bus,
    async begin(within, queued) {
      const started = await journal.begin(within, queued, dialect.start);
      within.afterCommit(() => {
        arm(started);
        launch(started.id, async () => started);
      });
    },
    async resume(runId, answer) {
      const [first] = await journal.claim(runId, async (current, tx) => {
        const move = await answer(current, tx);
        return (
          move && {
            ...move,
            afterCommit(started) {
              move.afterCommit?.(started);
              arm(started);
              launch(runId, async () => started);
            },
          }
        );
      });
      return first ?? raise(new RunGone(runId));
    },
    async cancel(runId) {
      const found = (await store.get(records, runId)) ?? raise(new RunGone(runId));
      return store.transaction(
        async (tx) => {
          const current = (await tx.get(records, runId)) ?? raise(new RunGone(runId));
          const cancelled = dialect.cancelled(current);
          if (cancelled === current) return current;
          const record = dialect.isWaiting(current) ? { ...cancelled, engine: id } : cancelled;
          await tx.replace(records, record);
          tx.afterCommit(() => {
            if (record.engine !== id) return announce([runId], record.engine);
            for (const event of dialect.toldOfStatus(record)) bus.publish(runId, event);
            stopRun(runId, { kind: "cancel" });
          });
          return record;
        },
        scopeAround(records, found),
      );
    },
    async follow(runId, after, listener) {
      const here = bus.subscribeAfter(runId, after, listener);
      if (here) return here;
      const record = await store.get(records, runId);
      if (!record || record.engine === id || !(await isHeldBy(runId, record.engine))) return null;
      return remote.follow(runId, record.engine, after, listener);
    },
    forget(runIds) {
      letGo(runIds);
      announce(runIds);
    },
    counts: () => ({ running: active.size, waiting: [...timers.keys()].filter((runId) => !active.has(runId)).length }),
    async forgetAll() {
      const locked = await store.all(records, { tags: dialect.activeStatuses });
      letGo(locked.map((record) => record.id));
    },
    async close() {
      isClosing = true;
      stopReceiving();
      await stopWatching();
      const finished = Promise.all([...active.values()].map(({ done }) => done));
      await Promise.race([finished, new Promise<void>((resolve) => clock.after(limits.closingMs, resolve))]);
      for (const runId of active.keys()) stopRun(runId, { kind: "release" });
      await finished;
      await Promise.all(background);
      for (const runId of timers.keys()) drop(runId);
      remote.close();
    },
  };
}

const cancelled: { stop: Stop; fault: boolean } = { stop: { kind: "cancel" }, fault: false };

function raise(error: Error): never {
  throw error;
}
