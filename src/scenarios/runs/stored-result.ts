import { isObject } from "../../kit/json.ts";
import type { AttemptResult, ScenarioResult, ScenarioStatus } from "../results/result.ts";
import { emptySummary } from "../results/summary.ts";
import { usageOf } from "../record/usage.ts";

/** A stored result of that format, converted to the current one; `null` when it is not a result. */
export function parseResult(value: Record<string, unknown> | null, version: number): ScenarioResult | null {
  if (value === null || typeof value.id !== "string" || !isStatus(value.status)) return null;
  if (!Array.isArray(value.attempts) || !Array.isArray(value.verdicts) || !Array.isArray(value.problems)) return null;
  if (!value.attempts.every(isObject)) return null;
  const result = value as unknown as ScenarioResult;
  return version === 2 ? fromVersion2(result) : result;
}

/** Converts a result of version 2, which had one run with unnumbered attempts. */
function fromVersion2(result: ScenarioResult): ScenarioResult {
  const attempts = result.attempts.map((attempt, index): AttemptResult => {
    const record = attempt.record === undefined ? result.record : attempt.record;
    return { ...attempt, confirmation: 0, run: 1, attempt: index + 1, usage: usageOf(record) };
  });
  return { ...result, attempts, repeat: null, fingerprint: result.fingerprint ?? null };
}

function isStatus(value: unknown): value is ScenarioStatus {
  return typeof value === "string" && Object.hasOwn(emptySummary.counts, value);
}
