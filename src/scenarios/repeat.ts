import { mayPass } from "../kit/retry.ts";
import { sleep } from "../kit/waiting.ts";
import type { Problem } from "../problem.ts";
import { tryScenario, type RunDeps } from "./attempt.ts";
import { certainVerdict } from "./pass-rule.ts";
import { statusOf, type Attempt, type ScenarioResult } from "./result.ts";
import type { Scenario } from "./scenario.ts";
import { lastOfRuns, resultOf, verdictOf, type NumberedAttempt } from "./scenario-result.ts";

/** How hard it is tried to get a verdict. */
export interface Trying {
  /** How often a run is tried again that something else than the assistant made fail. */
  retries: number;
  /** How often a scenario that failed is run again, to see whether it passes. */
  confirm: number;
  /** Carry out every run, also when the verdict is certain: a sample of a pass rate must not depend on what is in it. */
  allRuns: boolean;
}

const pauseBeforeRetry = 1_000;

/** How often a run is begun again, at least, in which a simulated user broke its instructions: another try may go well. */
const retriesOfUser = 2;

/** So many runs in a row, and none could be carried out: the next ones would end the same. */
const enough = 3;

/**
 * Runs one scenario to its verdict: as often as it says, each run anew and again when the other side did not do its part, and the whole
 * again when it failed and that is to be confirmed.
 */
export async function runScenario(
  scenario: Scenario,
  deps: RunDeps,
  trying: Trying,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const begin = deps.clock.now();
  const attempts: NumberedAttempt[] = [];
  const time = () => Math.round(deps.clock.now() - begin);
  const isStopped = () => signal.aborted || deps.budget?.isUsedUp() === true;
  for (let confirmation = 0; ; confirmation++) {
    for (let run = 1; run <= scenario.repeat.runs; run++) {
      await addRun(scenario, { confirmation, run }, attempts, deps, trying, signal);
      if (isOver(scenario, attempts, confirmation, trying) || isStopped()) break;
    }
    const isRed = verdictOf(scenario.repeat, attempts) === "failed";
    const [first, ...others] = attempts;
    if (first === undefined) throw new Error("a scenario has at least one run");
    if (!isRed || confirmation >= trying.confirm || isStopped()) return resultOf(scenario, [first, ...others], time());
  }
}

/** One run, and further attempts at it while something else than the assistant makes it fail. */
async function addRun(
  scenario: Scenario,
  about: { confirmation: number; run: number },
  attempts: NumberedAttempt[],
  deps: RunDeps,
  { retries }: Trying,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const tried = await tryScenario(scenario, attempts.length + 1, deps, signal);
    attempts.push({ ...tried, ...about, attempt });
    const again = statusOf(tried) === "invalid" ? Math.max(retries, retriesOfUser) : retries;
    if (attempt > again || signal.aborted || !isWorthRetrying(tried)) return;
    await sleep(pauseBeforeRetry, deps.clock, signal);
  }
}

/** True when no other run can change anything, or none can be carried out. */
function isOver(
  { repeat }: Scenario,
  attempts: readonly NumberedAttempt[],
  confirmation: number,
  { allRuns }: Trying,
): boolean {
  const runs = lastOfRuns(attempts.filter((each) => each.confirmation === confirmation));
  const last = runs.slice(-enough);
  if (last.length === enough && last.every(({ status }) => status === "errored")) return true;
  if (attempts.at(-1)?.problems.some(({ scope }) => scope === "target") === true) return true;
  if (allRuns && confirmation === 0) return false;
  const count = (wanted: string) => runs.filter(({ status }) => status === wanted).length;
  return certainVerdict(repeat, { passed: count("passed"), failed: count("failed") }) !== null;
}

/** Runs in which a simulated user broke its instructions, connections that broke, time-outs, overload and failures inside the other side; not refusals. */
function isWorthRetrying(tried: Attempt): boolean {
  if (statusOf(tried) === "invalid") return true;
  const { problems } = tried;
  const errors = problems.filter(({ severity }) => severity === "error");
  return errors.length > 0 && errors.every(isTemporary);
}

function isTemporary({ kind, api, scope, final }: Problem): boolean {
  if (kind !== "remote" || scope === "target" || final === true) return false;
  return api === undefined || api.status === null || mayPass(api.status, null);
}
