import type { BaselineEntry, BaselineReport } from "../baseline/compare.ts";
import { goodStatuses, type PlacedVerdict, type ScenarioResult } from "../results/result.ts";
import { countsText } from "./against-baseline.ts";
import type { Problem } from "../../problem.ts";

/** What a scenario counts as for programs that know passed and failed. */
export type Outcome = "passed" | "failures" | "errors" | "skipped";

/** What a scenario was compared with, by its id. */
export type Entries = ReadonlyMap<string, BaselineEntry>;

/** What each scenario of a run was compared with. */
export function entriesOf(report: BaselineReport | null): Entries {
  const compared = (report?.scenarios ?? []).filter(({ change }) => change !== "gone");
  return new Map(compared.map((each) => [each.id, each]));
}

/** A case counts as the exit code does: what the baseline has fails by getting worse, not by its own rule. */
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

/** What a comparison says of a case that does not count as passed; `null` when its own verdict says it. */
export function whyAgainst({ change, before, after }: BaselineEntry): string | null {
  const counts = [before, after].flatMap((each) => (each === null ? [] : [countsText(each)])).join(" -> ");
  if (change === "regression") return `regression: ${counts}`;
  return change === "insufficient" ? `insufficient data: ${counts}` : null;
}

/** Why a scenario did not pass: the first expectation that does not hold, else the first problem. */
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
