import type { BaselineEntry, BaselineReport } from "../baseline/compare.ts";
import { goodStatuses, type PlacedVerdict, type ScenarioResult } from "../results/result.ts";
import { countsText } from "./against-baseline.ts";
import type { Problem } from "../../problem.ts";

/** The outcome of a scenario for programs that distinguish passed, failed, errored and skipped. */
export type Outcome = "passed" | "failures" | "errors" | "skipped";

/** The baseline entries, by scenario id. */
export type Entries = ReadonlyMap<string, BaselineEntry>;

/** The baseline entry of each scenario of a run. */
export function entriesOf(report: BaselineReport | null): Entries {
  const compared = (report?.scenarios ?? []).filter(({ change }) => change !== "gone");
  return new Map(compared.map((each) => [each.id, each]));
}

/** The outcome, consistent with the exit code: a scenario in the baseline fails by getting worse, not by its own verdict. */
export function outcomeOf(result: ScenarioResult, entry: BaselineEntry | undefined): Outcome {
  if (isSkipped(result)) return "skipped";
  if (entry?.change === "regression") return "failures";
  const isFailed = result.status === "failed";
  if (isFailed && (entry?.change === "stable" || entry?.change === "improved")) return "passed";
  if (isFailed && entry?.change !== "insufficient") return "failures";
  return goodStatuses.has(result.status) ? "passed" : "errors";
}

function isSkipped({ status }: ScenarioResult): boolean {
  return status === "skipped" || status === "not_run" || status === "quarantined";
}

/** Why a scenario was skipped, or why its verdict does not count. */
export function whySkipped({ status, reason, quarantine }: ScenarioResult): string {
  if (quarantine === undefined) return reason ?? status;
  return `${quarantine.status}, but quarantined ${reason}`;
}

/** The comparison's reason why a case does not count as passed; `null` when its own verdict is the reason. */
export function whyAgainst({ change, before, after }: BaselineEntry): string | null {
  const counts = [before, after].flatMap((each) => (each === null ? [] : [countsText(each)])).join(" -> ");
  if (change === "regression") return `regression: ${counts}`;
  return change === "insufficient" ? `insufficient data: ${counts}` : null;
}

/** Why a scenario did not pass: the first expectation that does not hold, or else the first problem. */
export function reasonOf({
  status,
  verdicts,
  problems,
}: Pick<ScenarioResult, "verdicts" | "problems"> & { status: string }): {
  miss: PlacedVerdict | null;
  problem: Problem | null;
  message: string;
  code: string;
} {
  const gate = verdicts.find(({ pass, severity }) => !pass && severity === "gate");
  const miss = status === "failed" ? (gate ?? null) : null;
  const problem = problems.find(({ severity }) => severity === "error") ?? problems[0] ?? null;
  return {
    miss,
    problem,
    message: miss?.sentence ?? problem?.message ?? status,
    code: miss === null ? (problem?.code ?? status) : `expect_${miss.subject}`,
  };
}
