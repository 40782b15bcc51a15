import { goodStatuses, type ScenarioStatus } from "../results/result.ts";
import type { StoredRun } from "./stored-run.ts";

/** The scenarios of a run that need attention. */
export interface Left {
  /** The number of scenarios in the run. */
  total: number;
  /** The statuses of those that did not pass, by id; `not_run` for one without a result. */
  bad: ReadonlyMap<string, ScenarioStatus>;
}

/** The scenarios of a run that failed, could not be carried out or judged, or did not run. */
export async function leftOf(run: StoredRun, onDamaged?: (line: number) => void): Promise<Left> {
  const statuses = new Map<string, ScenarioStatus>(run.header.scenarios?.map((id) => [id, "not_run"]));
  for await (const { id, status } of run.results(onDamaged)) statuses.set(id, status);
  const bad = [...statuses].filter(
    ([, status]) => !goodStatuses.has(status) && status !== "skipped" && status !== "quarantined",
  );
  return { total: statuses.size, bad: new Map(bad) };
}

/** The message about an unreadable line. */
export function damagedText(run: string, line: number): string {
  return `line ${line} of the results of ${run} cannot be read; its scenario counts as not run\n`;
}

/** True for a result with a verdict. Scenarios that were skipped, or could not be carried out, still have to run. */
export function isDone(status: ScenarioStatus): boolean {
  return status !== "not_run" && status !== "errored" && status !== "skipped";
}

/** `2 failed, 1 not run` */
export function countsOf(statuses: Iterable<ScenarioStatus>): string {
  const counts = Map.groupBy(statuses, (status) => status);
  return [...counts].map(([status, all]) => `${all.length} ${status.replace("_", " ")}`).join(", ");
}
