import { isObject } from "../../kit/json.ts";
import type { BaselineReport } from "../baseline/compare.ts";
import type { ShownLosses } from "../reports/losses.ts";
import { emptySummary, type Summary } from "../results/summary.ts";
import type { Incomplete } from "../results/incomplete.ts";

/** The last line of the results file of a run that ended: plain JSON, as stored on disk. A killed run has none. */
export interface RunEnd {
  /** The duration in milliseconds. */
  time: number;
  exit_code: number;
  /** True when it was interrupted. */
  interrupted: boolean;
  /** True when nothing more was started because the budget was used up. */
  budget_used_up: boolean;
  /** The number of scenarios by status; `null` for a run stored by an earlier version. */
  counts: Summary["counts"] | null;
  /** The comparison with a baseline; `null` when there was none. */
  baseline: BaselineReport | null;
  /** The expectations that its suite lost compared with another one; `null` when there was no comparison. */
  against: ShownLosses | null;
  /** The parts without results; `null` when the run is complete. */
  incomplete: Incomplete | null;
}

/** The end of a run. */
export interface Ended {
  summary: Summary;
  /** Milliseconds. */
  time: number;
  exitCode: number;
  /** True when it was interrupted. */
  interrupted: boolean;
  /** True when nothing more was started because the budget was used up. */
  isBudgetUsedUp: boolean;
}

/** The end of a run, as stored on disk. */
export function runEndOf({ summary, time, exitCode, interrupted, isBudgetUsedUp }: Ended): RunEnd {
  return {
    time,
    exit_code: exitCode,
    interrupted,
    budget_used_up: isBudgetUsedUp,
    counts: summary.counts,
    baseline: summary.baseline,
    against: summary.losses,
    incomplete: summary.incomplete,
  };
}

/** The end of a run as a line of text. */
export function endLine(end: RunEnd): string {
  return `${JSON.stringify({ end })}\n`;
}

/** The end of a run from a line of its results; `null` for any other line. */
export function parseEnd(line: Record<string, unknown> | null): RunEnd | null {
  const end = line?.end;
  if (!isObject(end) || typeof end.time !== "number" || typeof end.exit_code !== "number") return null;
  const { time, exit_code, interrupted, budget_used_up, counts, baseline, against, incomplete } = end;
  return {
    time,
    exit_code,
    interrupted: interrupted === true,
    budget_used_up: budget_used_up === true,
    counts: isCounts(counts) ? counts : null,
    baseline: isBaselineReport(baseline) ? baseline : null,
    against: isLosses(against) ? against : null,
    incomplete: isIncomplete(incomplete) ? incomplete : null,
  };
}

function isBaselineReport(value: unknown): value is BaselineReport {
  return isObject(value) && typeof value.file === "string" && isListOfObjects(value.scenarios);
}

function isCounts(value: unknown): value is Summary["counts"] {
  return isObject(value) && Object.keys(emptySummary.counts).every((status) => typeof value[status] === "number");
}

function isLosses(value: unknown): value is ShownLosses {
  return isObject(value) && typeof value.since === "string" && isListOfObjects(value.losses);
}

function isIncomplete(value: unknown): value is Incomplete {
  return isObject(value) && isListOfObjects(value.shards) && Array.isArray(value.scenarios);
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every(isObject);
}
