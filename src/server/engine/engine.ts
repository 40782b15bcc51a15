import { scopeAround, type Store } from "../store/store.ts";
import { createBus, type Bus } from "./bus.ts";
import type { Dialect, Projection, Shape } from "./dialect.ts";
import { RunGone, RunMoved, createJournal, type Decide } from "./journal.ts";
import { claimOrphans, endLease, renewLease } from "./leases.ts";
import { runRounds } from "./rounds.ts";
import { Stopped, stopFor, type Stop } from "./stop.ts";
import { randomIds, type Services } from "../services.ts";

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
  /** Drops runs that were deleted. */
  forget(runIds: readonly string[]): void;
  /** Drops every run and empties the store. */
  reset(): Promise<void>;
  /** Lets runs finish, for as long as the limits say; the others are left so that the next start takes them up. */
  close(): Promise<void>;
}

/** Starts an engine: it takes up the runs of engines that are gone, now and from then on. */
export function startEngine<S extends Shape>(services: Services, dialect: Dialect<S>): Engine<S> {
  type R = S["record"];
  const { store, clock, limits, log } = services;
  const { records } = dialect;
  const id = randomIds("engine_");
  const bus = createBus<S["told"]>();
  const journal = createJournal(services, dialect, bus, id);
  /** The runs that are carried out here. */
  const active = new Map<string, { controller: AbortController; done: Promise<void> }>();
  /** The runs that this engine has, with what stops the timer of their expiry. */
  const timers = new Map<string, () => void>();
  /** What was begun and is not waited for. */
  const background = new Set<Promise<void>>();
  let isClosing = false;
  let stopBeating = (): void => {};

  const logFault = (error: unknown): void => log({ kind: "fault", requestId: null, error });

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
      if (!dialect.isWaiting(projection.record())) disarm(runId);
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
      if (stop.kind === "release") drop(runId);
      else disarm(runId);
    } catch (error) {
      if (!(error instanceof RunGone)) logFault(error);
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

  /** The run is over. */
  function disarm(runId: string): void {
    timers.get(runId)?.();
    timers.delete(runId);
    bus.forget(runId);
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

  /** Stops here what another process cancelled or deleted. */
  async function checkOutside(runId: string): Promise<void> {
    const record = await store.get(records, runId);
    if (!record) forget([runId]);
    else if (dialect.isStopped(record)) stopRun(runId, { kind: "cancel" });
  }

  function forget(runIds: readonly string[]): void {
    for (const runId of runIds) {
      active.get(runId)?.controller.abort(new RunGone(runId));
      drop(runId);
    }
  }

  async function beat(): Promise<void> {
    try {
      await renewLease(services, id);
      const orphans = await claimOrphans(services, dialect, id, (runId) => timers.has(runId));
      await Promise.all(orphans.map((orphan) => recover(orphan).catch(logFault)));
      for (const runId of active.keys()) await checkOutside(runId);
    } catch (error) {
      logFault(error);
    }
    if (!isClosing) stopBeating = clock.after(limits.leaseMs / 5, () => inBackground(beat()));
  }
  inBackground(beat());

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
          const record = dialect.isWaiting(current) ? { ...cancelled, engine: id } : cancelled;
          await tx.replace(records, record);
          tx.afterCommit(() => {
            for (const event of dialect.toldOfStatus(record)) bus.publish(runId, event);
            if (record.engine === id) stopRun(runId, { kind: "cancel" });
          });
          return record;
        },
        scopeAround(records, found),
      );
    },
    forget,
    async reset() {
      const locked = await store.all(records, { tags: dialect.activeStatuses });
      forget(locked.map((record) => record.id));
      await store.clear();
      await renewLease(services, id);
    },
    async close() {
      isClosing = true;
      stopBeating();
      const finished = Promise.all([...active.values()].map(({ done }) => done));
      await Promise.race([finished, new Promise<void>((resolve) => clock.after(limits.closingMs, resolve))]);
      for (const runId of active.keys()) stopRun(runId, { kind: "release" });
      await finished;
      await Promise.all(background);
      for (const runId of timers.keys()) drop(runId);
      await endLease(services, id);
    },
  };
}

const cancelled: { stop: Stop; fault: boolean } = { stop: { kind: "cancel" }, fault: false };

function raise(error: Error): never {
  throw error;
}
