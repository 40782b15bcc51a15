import type { SuiteCoverage } from "../coverage/suite-coverage.ts";
import type { Progress } from "../execution/progress.ts";
import type { ScenarioResult } from "../results/result.ts";
import type { Ended } from "../runs/run-end.ts";
import type { StoredHeader } from "../runs/run-header.ts";
import type { StoredRun } from "../runs/stored-run.ts";

/** Reports a run. It reads finished results without adding to them, and keeps as little of them as possible. */
export interface Reporter {
  /** Called when the run begins, before any result. */
  begin?(this: void, run: BegunRun): void;
  /** Called when a running scenario makes progress. Never called for a stored run. */
  progress?(this: void, progress: Progress): void;
  /** Called for each result. */
  result(this: void, result: ScenarioResult): void;
  /** Called after the last result. */
  end(this: void, run: FinishedRun): Promise<void>;
}

/** A run whose results are still to come. */
export interface BegunRun {
  /** The header of its results file. A run stored by an earlier version is certain to have only a name and a format. */
  header: StoredHeader;
  /** True when the results are those of a finished run. */
  isStored: boolean;
  /** The bytes of a file that a conversation created or cited, by their SHA-256; `null` when they were not kept. */
  attachment(this: void, sha256: string): Promise<Uint8Array | null>;
}

/** A run whose results have all arrived. */
export interface FinishedRun extends BegunRun, Ended {
  /**
   * The results of the wanted scenarios, by default all, read back one after another. They are in the order of the files, whatever the order
   * of arrival, so that two reports of the same results are equal.
   */
  results(this: void, isWanted?: (id: string) => boolean): AsyncIterable<ScenarioResult>;
}

/** Writes text to the destination of a report. */
export type Write = (text: string) => void;

/** The bottom of a terminal, below everything that is written. */
export interface LiveScreen {
  size(this: void): { columns: number; rows: number };
  /** Replaces the lines shown, each of which must fit in a row; an empty list removes them. */
  show(this: void, lines: readonly string[]): void;
  /** Calls `draw` a few times a second until the returned function is called. */
  every(this: void, draw: () => void): () => void;
}

/** Everything that a reporter needs besides results. */
export interface ReportContext {
  write: Write;
  /** Writes a command to the log of a CI service; its texts must be escaped for that service. */
  command: Write;
  /** Appends to a file that the environment names. Rejects with the system's error. */
  appendFile(this: void, path: string, text: string): Promise<void>;
  color: boolean;
  /** The screen for a live view; `null` when there is no terminal for it. */
  screen: LiveScreen | null;
  /** True to show the conversations of passed scenarios too. */
  conversations: boolean;
  /** The project's folder. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The command that repeats the run with all scenarios. */
  again: string;
  /** The command that runs one scenario again. */
  repeat: (id: string) => string;
  /** The command that records these scenarios again. */
  record: (ids: readonly string[]) => string;
  /** Milliseconds since 1970. */
  now(this: void): number;
  /** Collects the coverage of the suite from results; `null` when the suite is unknown. */
  coverage: SuiteCoverage | null;
  /** The earlier runs at the target of a run, newest first; unreadable runs are omitted. */
  earlierRuns(this: void, run: StoredHeader): AsyncIterable<StoredRun>;
}

/** Creates a reporter. */
export type CreateReporter = (context: ReportContext) => Reporter;
