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

/** Options for running scenarios. */
export interface RunOptions {
  /** The number of scenarios that run in parallel. */
  jobs: number;
  /** The number of failed or errored scenarios after which no other scenario starts; `null` means no limit. */
  bail: number | null;
  trying: Trying;
  /** When aborted, no other scenario starts and the running ones are stopped. */
  signal: AbortSignal;
  /** `2026-12-31` */
  today: string;
  /** Scenarios whose verdicts do not count. */
  quarantines?: Quarantines;
}

/** Runs scenarios in parallel and yields their results as they arrive. Every conversation that was opened is closed. */
export function runScenarios(
  scenarios: readonly Scenario[],
  deps: RunDeps,
  { jobs, bail, trying, signal, today, quarantines = new Map() }: RunOptions,
): AsyncGenerator<ScenarioResult> {
  // Conversations shown live would be mixed up.
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
