import { mayPass } from "../kit/retry.ts";
import { inParallel } from "../kit/parallel.ts";
import { sleep } from "../kit/waiting.ts";
import type { Problem } from "../problem.ts";
import { tryScenario, type RunDeps } from "./attempt.ts";
import { afterResult, noOutage } from "./outage.ts";
import { resultOf, resultWithoutRun, type Attempt, type ScenarioResult } from "./result.ts";
import type { Scenario } from "./scenario.ts";
import { skipReason } from "./select.ts";

export interface RunOptions {
  /** How many scenarios are run at a time. */
  jobs: number;
  /** Begin no other scenario after one that failed or could not be carried out. */
  bail: boolean;
  /** Begin no other scenario, and stop those that are running. */
  signal: AbortSignal;
  /** `2026-12-31` */
  today: string;
}

const mostAttempts = 2;
const pauseBeforeRetry = 1_000;

/** Runs scenarios side by side and gives their results as they come. Every conversation that was opened is closed. */
export function runScenarios(
  scenarios: readonly Scenario[],
  deps: RunDeps,
  { jobs, bail, signal, today }: RunOptions,
): AsyncGenerator<ScenarioResult> {
  let broken = false;
  let outage = noOutage;
  return inParallel(scenarios, jobs, async (scenario) => {
    const reason = skipReason(scenario, today);
    if (reason !== null) return resultWithoutRun(scenario, "skipped", reason);
    if (signal.aborted) return resultWithoutRun(scenario, "not_run", "interrupted");
    if (bail && broken) return resultWithoutRun(scenario, "not_run", "stopped after the first failure");
    if (outage.reason !== null) return resultWithoutRun(scenario, "not_run", outage.reason);
    const result = await runScenario(scenario, deps, signal);
    outage = afterResult(outage, result);
    broken ||= result.status === "failed" || result.status === "errored";
    return result;
  });
}

/** Runs one scenario; once more when the other side did not do its part. */
async function runScenario(scenario: Scenario, deps: RunDeps, signal: AbortSignal): Promise<ScenarioResult> {
  const begin = deps.clock.now();
  const earlier: Attempt[] = [];
  for (;;) {
    const attempt = await tryScenario(scenario, earlier.length + 1, deps, signal);
    const isLast = earlier.length + 1 >= mostAttempts || signal.aborted || !isWorthRetrying(attempt.problems);
    if (isLast) return resultOf(scenario, [...earlier, attempt], Math.round(deps.clock.now() - begin));
    earlier.push(attempt);
    await sleep(pauseBeforeRetry, deps.clock, signal);
  }
}

/** Connections that broke, time-outs, overload and failures inside the other side; not refusals. */
function isWorthRetrying(problems: readonly Problem[]): boolean {
  const errors = problems.filter(({ severity }) => severity === "error");
  return errors.length > 0 && errors.every(isTemporary);
}

function isTemporary({ kind, api, scope, final }: Problem): boolean {
  if (kind !== "remote" || scope === "target" || final === true) return false;
  return api === undefined || api.status === null || mayPass(api.status, null);
}
