import type { ScenarioResult } from "../results/result.ts";
import type { Summary } from "../results/summary.ts";

/** Tells of a run. It reads finished results and adds nothing to them; it keeps as little of them as it can. */
export interface Reporter {
  /** A result came. */
  result(this: void, result: ScenarioResult): void;
  /** The last result came. */
  end(this: void, run: FinishedRun): Promise<void>;
}

/** A run of which every result came. */
export interface FinishedRun {
  summary: Summary;
  /** Milliseconds. */
  time: number;
  /**
   * The results of these scenarios, else all, read back one after the other. They are in the order of the files, whatever the order in which
   * they came, so that two reports of the same results are the same.
   */
  results(this: void, isWanted?: (id: string) => boolean): AsyncIterable<ScenarioResult>;
}

/** Where a report goes. */
export type Write = (text: string) => void;
