import type { ScenarioResult } from "../result.ts";
import type { Summary } from "../summary.ts";

/** Tells of a run. It reads finished results and adds nothing to them; it keeps as little of them as it can. */
export interface Reporter {
  /** A result came. */
  result(result: ScenarioResult): void;
  /** The last result came; `time` is in milliseconds. */
  end(summary: Summary, time: number): void;
}

/** Where a report goes. */
export type Write = (text: string) => void;
