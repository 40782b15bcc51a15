import type { Quarantine } from "../../project/quarantine.ts";
import type { ScenarioResult, ScenarioStatus } from "./result.ts";

/** A verdict that does not count, and why. */
export interface QuarantineResult extends Quarantine {
  /** What the status would be without it. */
  status: ScenarioStatus;
  /** It passes so steadily that it may count again. */
  steady: boolean;
}

/** A pass rate is steady when its whole interval is above this; sixteen runs that all pass show it. */
const steadyRate = 0.8;

/** The result of a scenario whose verdict does not count; what was not run, or skipped, stays so. */
export function quarantined(result: ScenarioResult, entry: Quarantine | null): ScenarioResult {
  const { status, repeat } = result;
  if (entry === null || status === "not_run" || status === "skipped") return result;
  const isSure = repeat !== null && repeat.interval !== null && repeat.interval.low >= steadyRate;
  return {
    ...result,
    status: "quarantined",
    reason: `until ${entry.expires}, ${entry.owner}: ${entry.reason}`,
    quarantine: { ...entry, status, steady: status === "passed" && isSure },
  };
}
