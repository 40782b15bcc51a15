import { mayPass } from "../kit/retry.ts";
import { sleep } from "../kit/waiting.ts";
import type { Problem } from "../problem.ts";
import { tryScenario, type RunDeps } from "./attempt.ts";
import { resultOf, type Attempt, type ScenarioResult } from "./result.ts";
import type { Scenario } from "./scenario.ts";

const mostAttempts = 2;
const pauseBeforeRetry = 1_000;

/** Runs one scenario to its verdict; once more when the other side did not do its part. */
export async function runScenario(scenario: Scenario, deps: RunDeps, signal: AbortSignal): Promise<ScenarioResult> {
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
