import { isObject } from "../../kit/json.ts";
import type { BaselineReport } from "../baseline/compare.ts";
import type { ShownLosses } from "../reports/losses.ts";
import { emptySummary, type Summary } from "../results/summary.ts";
import type { Incomplete } from "../results/incomplete.ts";

/** What the last line of a results file says of a run that came to its end: plain JSON, as it is on disk. A run that was killed has none. */
export interface RunEnd {
  /** Milliseconds that it took. */
  time: number;
  exit_code: number;
  /** Somebody stopped it. */
  interrupted: boolean;
  /** Nothing more was begun, because the budget was used up. */
  budget_used_up: boolean;
  /** How many scenarios ended how; `null` of a run that an earlier version stored. */
  counts: Summary["counts"] | null;
  /** How it did against a baseline; `null` when it was compared with none. */
  baseline: BaselineReport | null;
  /** What its suite expects no more that another one does; `null` when nobody asked. */
  against: ShownLosses | null;
  /** Of which parts there are no results; `null` when it is whole. */
  incomplete: Incomplete | null;
}

/** How a run ended. */
export interface Ended {
  summary: Summary;
  /** Milliseconds. */
  time: number;
  exitCode: number;
  /** Somebody stopped it. */
  interrupted: boolean;
  /** Nothing more was begun, because the budget was used up. */
  isBudgetUsedUp: boolean;
}

/** How a run ended, as it is on disk. */
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

/** The end of a run in a line of its results; `null` for another line. */
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
