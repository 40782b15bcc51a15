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

/** Runs the runs of one dialect. */
export interface Engine<S extends Shape> {
  /** Stored in every run that this engine creates. */
  readonly id: string;
  readonly bus: Bus<S["told"]>;
  /** Stores a queued run as started in the transaction `store`, and runs it after the commit. */
  begin(store: Store, queued: S["record"]): Promise<void>;
  /** Continues a run that waits for its client; `answer` checks and applies the client's input. Returns the record after the first event. */
  resume(runId: string, answer: Decide<S>): Promise<S["record"]>;
  /** Cancels a run. Throws an ApiFailure when the run's status does not allow it. */
  cancel(runId: string): Promise<S["record"]>;
  /**
   * Sends the listener every event of a run after number `after`, whichever process runs it; returns the function that ends this. `null` when
   * no process runs it, or when some of the events are no longer kept: then the state of the run is in the store.
   */
  follow(runId: string, after: number, listener: Listener<S["told"]>): Promise<(() => void) | null>;
  /** Drops runs that were deleted. */
  forget(runIds: readonly string[]): void;
  /** The numbers of runs in progress here, and of its runs that wait for their clients. */
  counts(): { running: number; waiting: number };
  /** Drops every run, before the store is emptied. */
  forgetAll(): Promise<void>;
  /** Lets runs finish within the limits; the others are left for the next start to resume. */
  close(): Promise<void>;
}

/** The number of checks after which an engine reads all active runs again. */
const looksWithoutReading = 5;

/** Starts an engine, which takes over the runs of engines that are gone, now and later. */
export function startEngine<S extends Shape>(services: Services, dialect: Dialect<S>): Engine<S> {
  type R = S["record"];
  const { store, clock, limits, log, replica } = services;
  const { records } = dialect;
  const { id, transport } = replica;
  const bus = createBus<S["told"]>(undefined, dialect.numberOf);
  const remote = createRemoteEvents({ transport, bus, clock, topic: records.name, isHeldBy });
  const journal = createJournal(services, dialect, bus, id);
  /** The runs in progress here. */
  const active = new Map<string, { controller: AbortController; done: Promise<void> }>();
  /** The runs of this engine, with the function that stops their expiry timer. */
  const timers = new Map<string, () => void>();
  /** Background work. */
  const background = new Set<Promise<void>>();
  let isClosing = false;
  let known: ReadonlySet<string> = new Set();
  let looks = -1;
  let hasFailed = false;

  /** Logs a fault, except an unavailable database, which the replica logs once. */
  const logFault = (error: unknown): void => {
    if (!(error instanceof StoreUnavailable)) log({ kind: "fault", requestId: null, error });
  };

  function inBackground(work: Promise<void>): void {
    const done = work.catch(logFault).finally(() => background.delete(done));
    background.add(done);
  }

  /** Starts a run; `start` returns its record, in progress. */
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

  /** Ends a run. An end that cannot be written (a full disk) is retried with the next heartbeat. Never rejects. */
  async function end(runId: string, stop: Stop, projection: Projection<S> | null = null): Promise<void> {
    try {
      await journal.decide(runId, (record, tx) => dialect.ending(tx, record, stop, projection));
      // Listeners that missed the end, because an earlier write had no answer, read it from the store.
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

  /** Cleans up after a run that has ended. */
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

  /** Stops a run here that another process cancelled, deleted or took over. */
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

  /** Notifies other processes to check runs at once instead of at their next heartbeat. */
  function announce(runIds: readonly string[], to?: string): void {
    if (runIds.length > 0) transport.send({ kind: "look", topic: records.name, runs: [...runIds] }, to);
  }

  function letGo(runIds: readonly string[]): void {
    for (const runId of runIds) {
      active.get(runId)?.controller.abort(new RunGone(runId));
      drop(runId);
    }
  }

  /** Takes over runs that others left, and checks what others did to the runs in progress here. */
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

  /** True when all active runs have to be read: a process is gone, an end could not be written, or some time has passed. */
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
