import type { BaselineEntry } from "../scenarios/baseline/compare.ts";
import type { ScenarioStatus } from "../scenarios/results/result.ts";

/** The version of what a report holds; a change that an older page cannot read raises it. */
export const reportFormat = 1;

/** What a report says of its run as a whole. */
export interface RunHead {
  format_version: number;
  /** The version of Playbill that wrote it. */
  playbill: string;
  project: string;
  /** The run's id, which is the name of its folder; `null` when it is not stored. */
  run: string | null;
  target: string;
  /** It talked to the assistants that were synced. */
  deployed: boolean;
  /** ISO 8601. */
  began: string;
  /** Milliseconds. */
  time: number;
  counts: Readonly<Record<ScenarioStatus, number>>;
  /** US dollars of turns, and of judges and simulated users, and of how many the cost is unknown. */
  spent: { turns: number; asked: number; unknown: number };
  /** How the suite did against a baseline; `null` when it was compared with none. */
  baseline: BaselineHead | null;
  /** What is not there of the run, each in a few words. */
  missing: readonly string[];
  /** Somebody stopped it. */
  interrupted: boolean;
  /** The runs before it of mostly the same scenarios at the same target, and itself: the oldest first. */
  history: readonly HistoryPoint[];
  /** What the scenarios do not exercise; `null` when nobody asked. */
  coverage: CoverageHead | null;
  /** The command that runs all scenarios in the same way. */
  command: string;
}

/** The run in a few words, for a tab of a browser. */
export function titleOf({ project, counts }: Pick<RunHead, "project" | "counts">): string {
  const bad = counts.failed + counts.errored;
  return `${bad > 0 ? `✗ ${bad}` : "✓"} ${project}`;
}

/** How many scenarios did how against a baseline. */
export interface BaselineHead {
  file: string;
  counts: Readonly<Record<BaselineEntry["change"], number>>;
  /** Ids of scenarios that the project no longer has. */
  gone: readonly string[];
}

/** The pass rate of a run: scenarios that ended well of those that count, with the Wilson interval of 95 %. */
export interface HistoryPoint {
  run: string;
  /** ISO 8601. */
  began: string;
  passed: number;
  counted: number;
  low: number;
  high: number;
}

/** What a suite does not exercise, a line for each kind of thing. */
export interface CoverageHead {
  kinds: readonly { kind: string; covered: number; total: number; missing: readonly string[] }[];
}
