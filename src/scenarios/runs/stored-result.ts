import { emptySummary } from "../summary.ts";
import type { ScenarioResult, ScenarioStatus } from "../result.ts";

/** A stored result of that format as it would be today; `null` when it is none. */
export function parseResult(value: Record<string, unknown> | null, _version: number): ScenarioResult | null {
  if (value === null || typeof value.id !== "string" || !isStatus(value.status)) return null;
  if (!Array.isArray(value.attempts) || !Array.isArray(value.verdicts) || !Array.isArray(value.problems)) return null;
  return value as unknown as ScenarioResult;
}

function isStatus(value: unknown): value is ScenarioStatus {
  return typeof value === "string" && Object.hasOwn(emptySummary.counts, value);
}
