import { refuse } from "../http/errors.ts";
import { randomIds } from "../ids.ts";
import { seconds, type Services } from "../services.ts";
import { runs, type RunRecord } from "../wire/run.ts";
import { createBus, type Bus } from "./bus.ts";
import { RunGone, RunMoved, createJournal, type Change } from "./journal.ts";
import { endLease, renewLease } from "./lease.ts";
import { play } from "./play.ts";
import { claimOrphans, recoveryOf } from "./recovery.ts";
import { Stopped, settle, stopFor, type Stop } from "./settle.ts";
import type { Stage } from "./stage.ts";
import { activeStatuses, isOver, next } from "./state.ts";

/** Carries out runs. */
export interface Engine {
  /** Written into every run that this engine creates. */
  readonly id: string;
  readonly bus: Bus;
  /** Takes up a run that was just stored. */
  begin(record: RunRecord): void;
  /** Goes on with a run that waits for outputs; `answer` checks and applies them. */
  resume(runId: string, answer: (record: RunRecord) => Answered): RunRecord;
  /** Refuses when the run's status does not allow it. */
  cancel(record: RunRecord): RunRecord;
  /** Drops runs that were deleted. */
  forget(runIds: readonly string[]): void;
  /** Drops every run and empties the store. */
  reset(): void;
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
  const active = new Map<string, { controller: AbortController; done: Promise<void> }>();
  const timers = new Map<string, () => void>();
  let stopBeating = (): void => {};

  function launch(runId: string): void {
    const controller = new AbortController();
    const done = carryOut(runId, controller.signal).finally(() => {
      if (active.get(runId)?.controller === controller) active.delete(runId);
    });
    active.set(runId, { controller, done });
  }

  async function carryOut(runId: string, signal: AbortSignal): Promise<void> {
    const stage: Stage = { speech: null, sheet: null };
    try {
      const record = await play({ services, journal, stage, signal }, runId);
      if (record.run.status === "cancelling") end(runId, { kind: "cancel" }, stage);
      else if (isOver(record.run)) disarm(runId);
    } catch (error) {
      if (error instanceof RunGone) return drop(runId);
      const { stop, fault } = error instanceof RunMoved ? cancelled : stopFor(error);
      if (fault) log({ kind: "fault", requestId: null, error });
      end(runId, stop, stage);
    }
  }

  /** An end that cannot be written (a full disk) is tried again with the next beat. */
  function end(runId: string, stop: Stop, stage: Stage = { speech: null, sheet: null }): void {
    try {
      settle({ services, journal, stage }, runId, stop);
      if (stop.kind === "release") drop(runId);
      else disarm(runId);
    } catch (error) {
      if (!(error instanceof RunGone)) log({ kind: "fault", requestId: null, error });
      drop(runId);
    }
  }

  function stopRun(runId: string, stop: Stop): void {
    const running = active.get(runId);
    if (running) running.controller.abort(new Stopped(stop));
    else end(runId, stop);
  }

  function arm({ id: runId, run }: RunRecord): void {
    disarm(runId);
    const left = (run.expires_at ?? seconds(clock)) * 1000 - clock.now();
    timers.set(
      runId,
      clock.after(Math.max(0, left), () => stopRun(runId, { kind: "expire" })),
    );
  }

  function disarm(runId: string): void {
    timers.get(runId)?.();
    timers.delete(runId);
  }

  function drop(runId: string): void {
    disarm(runId);
    bus.breakOff(runId);
  }

  /** A run that waits for outputs goes on in the engine that is given them. */
  function claim(runId: string): RunRecord {
    return store.transaction(() => {
      const record = store.get(runs, runId) ?? raise(new RunGone(runId));
      if (record.run.status === "requires_action") record.engine = id;
      store.replace(runs, record);
      return record;
    });
  }

  function recover(record: RunRecord): void {
    const recovery = recoveryOf(services, record);
    if (recovery.kind === "stop") return end(record.id, recovery.stop);
    if (recovery.kind === "requeue") journal.move(record.id, [], { kind: "requeue" });
    arm(record);
    if (recovery.kind !== "watch") launch(record.id);
  }

  /** What another process cancelled or deleted is stopped here. */
  function heed(runId: string): void {
    const record = store.get(runs, runId);
    if (!record) forget([runId]);
    else if (record.run.status === "cancelling") stopRun(runId, { kind: "cancel" });
  }

  function forget(runIds: readonly string[]): void {
    for (const runId of runIds) {
      active.get(runId)?.controller.abort(new RunGone(runId));
      drop(runId);
    }
  }

  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      log({ kind: "fault", requestId: null, error });
    }
  }

  function beat(): void {
    attempt(() => {
      renewLease(services, id);
      for (const orphan of claimOrphans(services, id, (runId) => timers.has(runId))) attempt(() => recover(orphan));
      for (const runId of active.keys()) heed(runId);
    });
    stopBeating = clock.after(limits.leaseMs / 5, beat);
  }
  beat();

  return {
    id,
    bus,
    begin(record) {
      bus.publish(record.id, { event: "thread.run.created", data: record.run });
      bus.publish(record.id, { event: "thread.run.queued", data: record.run });
      arm(record);
      launch(record.id);
    },
    resume(runId, answer) {
      const { changes, record: answered } = answer(claim(runId));
      const record = journal.move(runId, changes, { kind: "submit" }, () => answered);
      arm(record);
      launch(runId);
      return record;
    },
    cancel({ id: runId }) {
      const record = store.transaction(() => {
        const current = store.get(runs, runId) ?? raise(new RunGone(runId));
        const run = next(current.run, { kind: "cancel" }, seconds(clock));
        if (!run) refuse(`Cannot cancel run with status '${current.run.status}'.`);
        const waits = current.run.status === "requires_action";
        const cancelling = { ...current, run, engine: waits ? id : current.engine };
        store.replace(runs, cancelling);
        return cancelling;
      });
      bus.publish(runId, { event: "thread.run.cancelling", data: record.run });
      if (record.engine === id) stopRun(runId, { kind: "cancel" });
      return record;
    },
    forget,
    reset() {
      forget(store.all(runs, { tags: activeStatuses }).map((record) => record.id));
      store.clear();
      renewLease(services, id);
    },
    async close() {
      stopBeating();
      const finished = Promise.all([...active.values()].map(({ done }) => done));
      await Promise.race([finished, new Promise<void>((resolve) => clock.after(limits.closingMs, resolve))]);
      for (const runId of active.keys()) stopRun(runId, { kind: "release" });
      await finished;
      for (const runId of timers.keys()) drop(runId);
      endLease(services, id);
    },
  };
}

const cancelled: { stop: Stop; fault: boolean } = { stop: { kind: "cancel" }, fault: false };

function raise(error: Error): never {
  throw error;
}
