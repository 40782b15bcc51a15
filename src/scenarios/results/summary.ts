import type { ProblemKind } from "../../problem-kinds.ts";
import { paidOpinions } from "../asking/ask.ts";
import { nothingSpent, spentWith, type Spent } from "../record/cost.ts";
import { type BaselineReport, gateOf } from "../baseline/compare.ts";
import type { Incomplete } from "./incomplete.ts";
import type { ShownLosses } from "../reports/losses.ts";
import type { ScenarioResult, ScenarioStatus } from "./result.ts";

/** The summary of a run. */
export interface Summary {
  counts: Record<ScenarioStatus, number>;
  /** The number of scenarios that cannot be carried out as written. */
  invalid: number;
  /** The number of scenarios that errored because code of the project failed. */
  broken: number;
  /** The number of scenarios that could not be replayed to the end. */
  stale: number;
  /** The expectations that the suite lost compared with another one; `null` when there was no comparison. */
  losses: ShownLosses | null;
  /** The comparison with a baseline; `null` when there was none. */
  baseline: BaselineReport | null;
  /** The parts without results; `null` when the run is complete. */
  incomplete: Incomplete | null;
  /** The spending on all turns of all attempts of all scenarios. */
  spent: Spent;
  /** The spending on models for judges, simulated users and embeddings, which is separate from the turns. */
  asked: Spent;
}

export const emptySummary: Summary = {
  counts: {
    passed: 0,
    observed: 0,
    flaky: 0,
    failed: 0,
    errored: 0,
    inconclusive: 0,
    skipped: 0,
    quarantined: 0,
    not_run: 0,
  },
  invalid: 0,
  broken: 0,
  stale: 0,
  losses: null,
  baseline: null,
  incomplete: null,
  spent: nothingSpent,
  asked: nothingSpent,
};

/** The summary with one more result. */
export function addResult(summary: Summary, result: ScenarioResult): Summary {
  const { counts, invalid, broken, stale, spent, asked } = summary;
  const { status, problems, record, attempts } = result;
  const has = (kind: ProblemKind) =>
    status !== "quarantined" && problems.some((each) => each.kind === kind && each.severity === "error");
  const records = [...attempts.map((attempt) => attempt.record), record].flatMap((each) => each ?? []);
  return {
    ...summary,
    counts: { ...counts, [status]: counts[status] + 1 },
    invalid: invalid + (has("input") ? 1 : 0),
    broken: broken + (has("failed") ? 1 : 0),
    stale: stale + (result.stale !== undefined && status === "not_run" ? 1 : 0),
    spent: spentWith(
      spent,
      records.flatMap(({ turns }) => turns),
    ),
    asked: spentWith(
      asked,
      records.flatMap(({ opinions }) => paidOpinions(opinions)),
    ),
  };
}

/**
 * The exit code of a run: 130 interrupted, 1 a scenario failed or its code broke, 4 a scenario cannot be carried out as written, 5 the target failed, 6 the budget
 * was used up (`isUsedUp`) before everything ran, 7 a scenario is undecided, a recording is stale, or parts are missing, 3 the suite expects less than another one,
 * else 0. With a baseline, a scenario in it fails by getting worse, not by its own verdict.
 */
export function exitCodeOfRun(
  { counts, invalid, broken, stale, losses, baseline, incomplete }: Summary,
  interrupted: boolean,
  isUsedUp = false,
): number {
  const { regressions, excused, open } = gateOf(baseline);
  if (interrupted) return 130;
  if (counts.failed - excused - open > 0 || regressions > 0 || broken > 0) return 1;
  if (invalid > 0) return 4;
  if (counts.errored > 0) return 5;
  if (isUsedUp && counts.not_run > 0) return 6;
  if (counts.inconclusive > 0 || stale > 0 || open > 0 || incomplete !== null) return 7;
  return (losses?.losses.length ?? 0) > 0 ? 3 : 0;
}
