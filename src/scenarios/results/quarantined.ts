import type { Quarantine } from "../../project/quarantine.ts";
import type { ScenarioResult, ScenarioStatus } from "./result.ts";

/** A verdict that does not count, and why. */
export interface QuarantineResult extends Quarantine {
  /** The status without the quarantine. */
  status: ScenarioStatus;
  /** True when it passes so consistently that it may count again. */
  steady: boolean;
}

/** A pass rate is steady when its entire interval is above this value, for which sixteen passed runs out of sixteen are enough. */
const steadyRate = 0.8;

/** The result of a scenario whose verdict does not count; a scenario that was skipped or not run keeps its status. */
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
