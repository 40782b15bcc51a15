import type { LogEntry } from "../services.ts";
import type { Kind, Store, Write } from "../store/store.ts";
import type { Journal, Move } from "./journal.ts";
import type { RoundEvent, Task } from "./rounds.ts";
import type { Stop } from "./stop.ts";

/** The common part of the records that an engine runs: a run of the Assistants API, or a response. Here both are called runs. */
export interface Carried {
  id: string;
  /** The engine that runs it. */
  engine: string;
}

/** The types of a dialect: a run's record, its events, the changes written with them, and the events for its listeners. */
export interface Shape {
  record: Carried;
  event: unknown;
  change: unknown;
  told: object;
}

/** Everything that an engine has to know about an API: what is stored of a run, its state transitions, and the objects made from its rounds. It only decides; the engine acts. */
export interface Dialect<S extends Shape> {
  /** The records of runs; their tag is the status. */
  readonly records: Kind<S["record"]>;
  /** The statuses of runs that have not ended. */
  readonly activeStatuses: readonly string[];
  /** The events that start a queued run. */
  readonly start: readonly S["event"][];
  /** The run after the event, at `now` in seconds; `null` when its status does not accept the event. */
  next(record: S["record"], event: S["event"], now: number): S["record"] | null;
  /** Changes can only be written to a run in progress. */
  isInProgress(record: S["record"]): boolean;
  /** True while it waits for its client: the engine that receives the answer continues it. */
  isWaiting(record: S["record"]): boolean;
  /** True when its cancellation was requested, in any process. */
  isStopped(record: S["record"]): boolean;
  /** When it expires, in seconds since 1970; `null` for never. */
  expiresAt(record: S["record"]): number | null;

  /** The events for listeners of a new run, before its status. */
  toldOfNew(record: S["record"]): S["told"][];
  /** The events for listeners of its current status. */
  toldOfStatus(record: S["record"]): S["told"][];
  toldOfChange(change: S["change"]): S["told"][];
  /** The number of an event within its run, from 1. Absent when a run's events are numbered from 1 in each process. */
  numberOf?(this: void, told: S["told"]): number;
  writesOf(change: S["change"]): Write[];
  /** The log entry for a run that ended at `now` in seconds; `null` for one that has not ended. `remark` states what is unusual about it. */
  logged(record: S["record"], now: number, remark: string | null): LogEntry | null;

  /** The task for its rounds. */
  taskOf(record: S["record"]): Task;
  project(journal: Journal<S>, record: S["record"]): Projection<S>;
  /** How to recover a run whose engine is gone. */
  recoveryOf(record: S["record"]): Promise<Recovery<S>>;
  /** How a stopped run ends, with its open objects: from the `projection` of its engine, or from the store. `null`: it does not end. */
  ending(store: Store, record: S["record"], stop: Stop, projection: Projection<S> | null): Promise<Move<S> | null>;
  /** Removes what is not kept of a run that has ended. */
  cleanUp?(runId: string): Promise<void>;
  /** Removes what should have been removed: a process that was killed or lost the database did not clean up. Called at the start and periodically. */
  sweep?(): Promise<void>;
  /** The record of a run that its client cancels. Throws an ApiFailure when its status does not allow it. */
  cancelled(record: S["record"]): S["record"];
}

/** Creates the objects of a dialect from the events of a run, each stored before it is published. */
export interface Projection<S extends Shape> {
  /** Continues from the run's record. Rejects with RunGone and RunMoved, like `apply`. */
  begin(): Promise<void>;
  /** Stores and publishes one event; an event that needs no storing is published when this returns. */
  apply(event: RoundEvent): Promise<void> | void;
  /** True while a published object is unfinished. */
  isOpen(): boolean;
  /** The changes that end the open objects when the run is stopped. */
  closing(stop: Exclude<Stop, { kind: "release" }>): S["change"][];
  /** The last stored record of the run. */
  record(): S["record"];
}

/** How an orphaned run is recovered: started after these events, ended, or only watched while it waits. */
export type Recovery<S extends Shape> =
  | { kind: "begin"; events: readonly S["event"][] }
  | { kind: "stop"; stop: Stop }
  | { kind: "watch" };
