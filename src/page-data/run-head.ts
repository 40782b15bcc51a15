import type { BaselineEntry } from "../scenarios/baseline/compare.ts";
import type { ScenarioStatus } from "../scenarios/results/result.ts";

/** The version of a report's data; a change that an older page cannot read increments it. */
export const reportFormat = 1;

/** The head of a report, which describes the run. */
export interface RunHead {
  format_version: number;
  /** The version of Playbill that wrote it. */
  playbill: string;
  project: string;
  /** The run's id, which is the name of its folder; `null` when it is not stored. */
  run: string | null;
  target: string;
  /** True when it used the deployed assistants. */
  deployed: boolean;
  /** ISO 8601. */
  began: string;
  /** Milliseconds. */
  time: number;
  counts: Readonly<Record<ScenarioStatus, number>>;
  /** US dollars spent on turns, and on judges and simulated users, and the number of unknown costs. */
  spent: { turns: number; asked: number; unknown: number };
  /** The comparison with a baseline; `null` when there was none. */
  baseline: BaselineHead | null;
  /** The missing parts of the run, each in a few words. */
  missing: readonly string[];
  /** True when it was interrupted. */
  interrupted: boolean;
  /** The earlier runs of mostly the same scenarios at the same target, and the run itself, oldest first. */
  history: readonly HistoryPoint[];
  /** The coverage; `null` when it was not asked for. */
  coverage: CoverageHead | null;
  /** The command that runs all scenarios in the same way. */
  command: string;
}

/** The run in a few words, for the title of a browser tab. */
export function titleOf({ project, counts }: Pick<RunHead, "project" | "counts">): string {
  const bad = counts.failed + counts.errored;
  return `${bad > 0 ? `✗ ${bad}` : "✓"} ${project}`;
}

/** The number of scenarios by change since a baseline. */
export interface BaselineHead {
  file: string;
  counts: Readonly<Record<BaselineEntry["change"], number>>;
  /** Ids of scenarios that the project no longer has. */
  gone: readonly string[];
}

/** The pass rate of a run: passed scenarios of those that count, with the 95 % Wilson interval. */
export interface HistoryPoint {
  run: string;
  /** ISO 8601. */
  began: string;
  passed: number;
  counted: number;
  low: number;
  high: number;
}

/** The coverage of a suite, one line per kind of item. */
export interface CoverageHead {
  kinds: readonly { kind: string; covered: number; total: number; missing: readonly string[] }[];
}
