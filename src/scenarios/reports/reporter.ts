import type { SuiteCoverage } from "../coverage/suite-coverage.ts";
import type { Progress } from "../execution/progress.ts";
import type { ScenarioResult } from "../results/result.ts";
import type { Ended } from "../runs/run-end.ts";
import type { StoredHeader } from "../runs/run-header.ts";
import type { StoredRun } from "../runs/stored-run.ts";

/** Tells of a run. It reads finished results and adds nothing to them; it keeps as little of them as it can. */
export interface Reporter {
  /** The run begins: nothing of it came yet. */
  begin?(this: void, run: BegunRun): void;
  /** A scenario that is being run came a step further. Never called for a stored run. */
  progress?(this: void, progress: Progress): void;
  /** A result came. */
  result(this: void, result: ScenarioResult): void;
  /** The last result came. */
  end(this: void, run: FinishedRun): Promise<void>;
}

/** A run whose results are to come. */
export interface BegunRun {
  /** What its results file says of it. Of a run that an earlier version stored, only its name and format are sure. */
  header: StoredHeader;
  /** The results are those of a run that is over. */
  isStored: boolean;
  /** The bytes of a file that a conversation made or cited, by their SHA-256; `null` when they were not kept. */
  attachment(this: void, sha256: string): Promise<Uint8Array | null>;
}

/** A run of which every result came. */
export interface FinishedRun extends BegunRun, Ended {
  /**
   * The results of these scenarios, else all, read back one after the other. They are in the order of the files, whatever the order in which
   * they came, so that two reports of the same results are the same.
   */
  results(this: void, isWanted?: (id: string) => boolean): AsyncIterable<ScenarioResult>;
}

/** Where a report goes. */
export type Write = (text: string) => void;

/** The bottom of a terminal, below everything that is written. */
export interface LiveScreen {
  size(this: void): { columns: number; rows: number };
  /** Shows lines, each of which must fit in a row, in place of those before; none takes them away. */
  show(this: void, lines: readonly string[]): void;
  /** Calls `draw` a few times a second until what it gives is called. */
  every(this: void, draw: () => void): () => void;
}

/** What a reporter needs besides results. */
export interface ReportContext {
  write: Write;
  /** Writes a command to the log of a CI service, whose texts are escaped as that service reads them. */
  command: Write;
  /** Adds to a file that the environment names. Rejects with the system's error. */
  appendFile(this: void, path: string, text: string): Promise<void>;
  color: boolean;
  /** Where a view of what goes on can be shown; `null` where there is no terminal for it. */
  screen: LiveScreen | null;
  /** Show what was said in scenarios that passed, too. */
  conversations: boolean;
  /** The project's folder. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The command that repeats the run, of every scenario that there is. */
  again: string;
  /** The command that repeats one scenario. */
  repeat: (id: string) => string;
  /** The command that records these scenarios again. */
  record: (ids: readonly string[]) => string;
  /** Milliseconds since 1970. */
  now(this: void): number;
  /** Notes what results reach of the suite, for whoever shows it; `null` where the suite is not known. */
  coverage: SuiteCoverage | null;
  /** The earlier runs at the target of a run, the newest first; those that cannot be read are left out. */
  earlierRuns(this: void, run: StoredHeader): AsyncIterable<StoredRun>;
}

/** Makes a reporter. */
export type CreateReporter = (context: ReportContext) => Reporter;
