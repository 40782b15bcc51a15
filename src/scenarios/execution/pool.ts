import { inParallel } from "../../kit/parallel.ts";
import { type Quarantines, quarantineOf } from "../../project/quarantine.ts";
import type { RunDeps } from "./attempt.ts";
import { afterResult, noOutage } from "./outage.ts";
import { quarantined } from "../results/quarantined.ts";
import { runScenario, type Trying } from "./repeat.ts";
import type { ScenarioResult } from "../results/result.ts";
import { resultWithoutRun } from "../results/scenario-result.ts";
import type { Scenario } from "../scenario.ts";
import { skipReason } from "../selection/select.ts";

/** How scenarios are run. */
export interface RunOptions {
  /** How many scenarios are run at a time. */
  jobs: number;
  /** Begin no other scenario after so many that failed or could not be carried out; `null`: go on. */
  bail: number | null;
  trying: Trying;
  /** Begin no other scenario, and stop those that are running. */
  signal: AbortSignal;
  /** `2026-12-31` */
  today: string;
  /** Whose verdicts do not count. */
  quarantines?: Quarantines;
}

/** Runs scenarios side by side and gives their results as they come. Every conversation that was opened is closed. */
export function runScenarios(
  scenarios: readonly Scenario[],
  deps: RunDeps,
  { jobs, bail, trying, signal, today, quarantines = new Map() }: RunOptions,
): AsyncGenerator<ScenarioResult> {
  // Conversations that are shown as they happen would be mixed up.
  const isShown = deps.onHappening !== undefined;
  const atOnce = isShown ? 1 : Math.max(1, Math.floor(jobs / Math.max(1, scenarios.length)));
  let broken = 0;
  let outage = noOutage;
  const resultFor = async (scenario: Scenario): Promise<ScenarioResult> => {
    const reason = skipReason(scenario, today);
    if (reason !== null) return resultWithoutRun(scenario, "skipped", reason);
    if (signal.aborted) return resultWithoutRun(scenario, "not_run", "interrupted");
    if (bail !== null && broken >= bail) return resultWithoutRun(scenario, "not_run", bailReason(bail));
    if (deps.budget?.isUsedUp() === true) return resultWithoutRun(scenario, "not_run", deps.budget.reason);
    if (outage.reason !== null) return resultWithoutRun(scenario, "not_run", outage.reason);
    const own = await runScenario(scenario, deps, { trying, atOnce, signal });
    outage = afterResult(outage, own);
    const result = quarantined(own, quarantineOf(quarantines, scenario));
    if (result.status === "failed" || result.status === "errored") broken += 1;
    const isUnpaid = result.status === "not_run" && !signal.aborted && deps.budget?.isUsedUp() === true;
    return isUnpaid ? { ...result, reason: deps.budget?.reason ?? null } : result;
  };
  return inParallel(scenarios, jobs, async (scenario) => ({
    ...(await resultFor(scenario)),
    fingerprint: deps.fingerprintOf(scenario),
  }));
}

function bailReason(bail: number): string {
  return bail === 1 ? "stopped after the first failure" : `stopped after ${bail} failures`;
}
