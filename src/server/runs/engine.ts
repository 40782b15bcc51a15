import { refuse } from "../http/errors.ts";
import type { Store } from "../store/store.ts";
import { createAssistantsProjection, type AssistantsProjection } from "./assistants-projection.ts";
import { createBus, type Bus } from "./bus.ts";
import { RunGone, RunMoved, createJournal, type Change } from "./journal.ts";
import { claimOrphans, endLease, recoveryOf, renewLease } from "./leases.ts";
import { runRounds, type RoundEvent } from "./rounds.ts";
import { activeStatuses, next } from "./state.ts";
import { Stopped, endRun, stopFor, type Stop } from "./stop.ts";
import type { Run } from "../wire/run.ts";
import { runs, type RunRecord } from "../domain/kinds.ts";
import { randomIds, seconds, type Services } from "../services.ts";

/** Carries out runs. */
export interface Engine {
  /** Written into every run that this engine creates. */
  readonly id: string;
  readonly bus: Bus;
  /** Stores a queued run, started already, in the transaction `store`, and takes it up as soon as that is committed. */
  begin(store: Store, queued: RunRecord): Promise<void>;
  /** Goes on with a run that waits for outputs; `answer` checks and applies them, in the transaction that it is given. Gives the run as it is queued. */
  resume(runId: string, answer: (record: RunRecord, store: Store) => Promise<Answered>): Promise<Run>;
  /** Refuses when the run's status does not allow it. */
  cancel(runId: string): Promise<RunRecord>;
  /** Drops runs that were deleted. */
  forget(runIds: readonly string[]): void;
  /** Drops every run and empties the store. */
  reset(): Promise<void>;
  /** Lets runs finish, for as long as the limits say; the others are left so that the next start takes them up. */
  close(): Promise<void>;
}

/** What outputs make of a run: changes of its steps, and its record before it moves on. */
export interface Answered {
  changes: Change[];
  record: RunRecord;
}

/** Starts an engine: it takes up the runs of engines that are gone, now and from then on. */
export function startEngine(services: Services): Engine {
  const { store, clock, limits, log } = services;
  const id = randomIds("engine_");
  const bus = createBus();
  const journal = createJournal(services, bus, id);
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
  function launch(runId: string, start: () => Promise<RunRecord>): void {
    const controller = new AbortController();
    const done = carryOut(runId, start, controller.signal).finally(() => {
      if (active.get(runId)?.controller === controller) active.delete(runId);
    });
    active.set(runId, { controller, done });
  }

  /** Never rejects. */
  async function carryOut(runId: string, start: () => Promise<RunRecord>, signal: AbortSignal): Promise<void> {
    let projection: AssistantsProjection | null = null;
    try {
      const record = await start();
      projection = createAssistantsProjection(services, journal, record);
      await projection.begin();
      let last: RoundEvent["kind"] | null = null;
      for await (const event of runRounds({ services, record, signal })) {
        const applied = projection.apply(event);
        if (applied) await applied;
        last = event.kind;
      }
      if (last !== "function calls") disarm(runId);
    } catch (error) {
      if (error instanceof RunGone) return drop(runId);
      const { stop, fault } = error instanceof RunMoved ? cancelled : stopFor(error);
      if (fault) logFault(error);
      await end(runId, stop, projection);
    }
  }

  /** An end that cannot be written (a full disk) is tried again with the next beat. Never rejects. */
  async function end(runId: string, stop: Stop, projection: AssistantsProjection | null = null): Promise<void> {
    try {
      await endRun(services, journal, projection, runId, stop);
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

  function arm({ id: runId, run }: RunRecord): void {
    timers.get(runId)?.();
    const left = (run.expires_at ?? seconds(clock)) * 1000 - clock.now();
    timers.set(
      runId,
      clock.after(Math.max(0, left), () => stopRun(runId, { kind: "expire" })),
    );
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

  async function recover(record: RunRecord): Promise<void> {
    const recovery = await recoveryOf(services, record);
    if (recovery.kind === "stop") return end(record.id, recovery.stop);
    if (active.has(record.id)) return;
    arm(record);
    if (recovery.kind === "begin")
      launch(record.id, () => journal.move(record.id, () => ({ events: recovery.events })));
  }

  /** Stops here what another process cancelled or deleted. */
  async function checkOutside(runId: string): Promise<void> {
    const record = await store.get(runs, runId);
    if (!record) forget([runId]);
    else if (record.run.status === "cancelling") stopRun(runId, { kind: "cancel" });
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
      const orphans = await claimOrphans(services, id, (runId) => timers.has(runId));
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
      const started = await journal.begin(within, queued, [{ kind: "start" }]);
      within.afterCommit(() => {
        arm(started);
        launch(started.id, async () => started);
      });
    },
    async resume(runId, answer) {
      const [queued] = await journal.claim(runId, async (current, tx) => ({
        ...(await answer(current, tx)),
        events: [{ kind: "submit" }, { kind: "start" }],
        afterCommit(started) {
          arm(started);
          launch(runId, async () => started);
        },
      }));
      return (queued ?? raise(new RunGone(runId))).run;
    },
    async cancel(runId) {
      const found = (await store.get(runs, runId)) ?? raise(new RunGone(runId));
      return store.transaction(
        async (tx) => {
          const current = (await tx.get(runs, runId)) ?? raise(new RunGone(runId));
          const run = next(current.run, { kind: "cancel" }, seconds(clock));
          if (!run) refuse(`Cannot cancel run with status '${current.run.status}'.`);
          const waits = current.run.status === "requires_action";
          const record = { ...current, run, engine: waits ? id : current.engine };
          await tx.replace(runs, record);
          tx.afterCommit(() => {
            bus.publish(runId, { event: "thread.run.cancelling", data: run });
            if (record.engine === id) stopRun(runId, { kind: "cancel" });
          });
          return record;
        },
        { thread: found.run.thread_id },
      );
    },
    forget,
    async reset() {
      const locked = await store.all(runs, { tags: activeStatuses });
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
