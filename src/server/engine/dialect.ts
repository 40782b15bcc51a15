import type { LogEntry } from "../services.ts";
import type { Kind, Store, Write } from "../store/store.ts";
import type { Journal, Move } from "./journal.ts";
import type { RoundEvent, Task } from "./rounds.ts";
import type { Stop } from "./stop.ts";

/** What every record of something that an engine carries out has: a run of the Assistants API, or a response. Here both are runs. */
export interface Carried {
  id: string;
  /** The engine that carries it out. */
  engine: string;
}

/** The types of a dialect: a run's record, what can happen to it, what is written along with it, and what its listeners are told. */
export interface Shape {
  record: Carried;
  event: unknown;
  change: unknown;
  told: object;
}

/** Everything that an engine has to know of an API: what it stores of a run, how a run moves, and what becomes of its rounds. Decides only; the engine acts. */
export interface Dialect<S extends Shape> {
  /** The records of runs; their tag is the status. */
  readonly records: Kind<S["record"]>;
  /** The statuses in which something can still happen to a run. */
  readonly activeStatuses: readonly string[];
  /** What happens to a queued run when it is taken up. */
  readonly start: readonly S["event"][];
  /** The run after the event, at `now` in seconds; `null` when its status does not accept the event. */
  next(record: S["record"], event: S["event"], now: number): S["record"] | null;
  /** Only such a run can be written on. */
  isInProgress(record: S["record"]): boolean;
  /** True while it waits for its client: whichever engine is answered goes on with it. */
  isWaiting(record: S["record"]): boolean;
  /** True when it was asked, wherever that was, to end before its time. */
  isStopped(record: S["record"]): boolean;
  /** When its time is over, in seconds since 1970; `null` when it never is. */
  expiresAt(record: S["record"]): number | null;

  /** What listeners are told of a run that was made, before its status. */
  toldOfNew(record: S["record"]): S["told"][];
  /** What they are told of the status that it has now. */
  toldOfStatus(record: S["record"]): S["told"][];
  toldOfChange(change: S["change"]): S["told"][];
  /** The number of an event among all of its run, from 1. Absent where a run's events begin again with each process. */
  numberOf?(this: void, told: S["told"]): number;
  writesOf(change: S["change"]): Write[];
  /** The line of the log for a run that is over now, at `now` in seconds; `null` for one that goes on. `remark` is what is odd about it. */
  logged(record: S["record"], now: number, remark: string | null): LogEntry | null;

  /** What its rounds are made from. */
  taskOf(record: S["record"]): Task;
  project(journal: Journal<S>, record: S["record"]): Projection<S>;
  /** What becomes of a run whose engine is gone. */
  recoveryOf(record: S["record"]): Promise<Recovery<S>>;
  /** How a run ends when it is stopped, along with what is open of it: by `projection` of who carries it out, or as the store has it. `null`: not at all. */
  ending(store: Store, record: S["record"], stop: Stop, projection: Projection<S> | null): Promise<Move<S> | null>;
  /** Removes what is not to be kept of a run that is over. */
  cleanUp?(runId: string): Promise<void>;
  /** Removes what is kept for longer than it should be: a process that was killed, or lost the database, did not clean up. Called at the start, and from time to time. */
  sweep?(): Promise<void>;
  /** The record of a run that was cancelled by its client. Throws the ApiFailure when its status does not allow it. */
  cancelled(record: S["record"]): S["record"];
}

/** Makes the objects of a dialect of what happens in a run, each stored before it is told. */
export interface Projection<S extends Shape> {
  /** Goes on from the run's record. Rejects with RunGone and RunMoved, as `apply` does. */
  begin(): Promise<void>;
  /** Stores and tells one event; what needs no storing is told when this returns. */
  apply(event: RoundEvent): Promise<void> | void;
  /** True while something that was shown is not finished. */
  isOpen(): boolean;
  /** The changes that end what is open when the run is stopped. */
  closing(stop: Exclude<Stop, { kind: "release" }>): S["change"][];
  /** The run as it was last stored. */
  record(): S["record"];
}

/** What an orphaned run needs: to be carried out after these events, to be ended, or only to be watched while it waits. */
export type Recovery<S extends Shape> =
  | { kind: "begin"; events: readonly S["event"][] }
  | { kind: "stop"; stop: Stop }
  | { kind: "watch" };
