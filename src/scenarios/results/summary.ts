import type { ProblemKind } from "../../problem-kinds.ts";
import { paidOpinions } from "../asking/ask.ts";
import { nothingSpent, spentWith, type Spent } from "../record/cost.ts";
import { type BaselineReport, gateOf } from "../baseline/compare.ts";
import type { Incomplete } from "./incomplete.ts";
import type { ShownLosses } from "../reports/losses.ts";
import type { ScenarioResult, ScenarioStatus } from "./result.ts";

/** What a whole run came to. */
export interface Summary {
  counts: Record<ScenarioStatus, number>;
  /** How many scenarios cannot be carried out as they are written. */
  invalid: number;
  /** How many errored because code of the project broke. */
  broken: number;
  /** How many could not be replayed to their end. */
  stale: number;
  /** What the suite expects no more that another one does; `null` when nobody asked. */
  losses: ShownLosses | null;
  /** How the suite did against a baseline; `null` when it was compared with none. */
  baseline: BaselineReport | null;
  /** Of which parts there are no results; `null` when it is whole. */
  incomplete: Incomplete | null;
  /** By all turns of all attempts of all scenarios. */
  spent: Spent;
  /** On judges, simulated users and embeddings, as far as models were asked: apart from the turns. */
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
 * The exit code of a run: 130 interrupted, 1 a scenario failed or its code broke, 4 one cannot be carried out as it is written, 5 the other side did not do its
 * part, 6 the budget was used up (`isUsedUp`) before everything was run, 7 nobody can tell about one, or a recording says nothing about what there is now, or parts are
 * not there, 3 the suite expects less than another one, else 0.
 * With a baseline, a scenario that it has fails by getting worse, not by its own rule.
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
