import { mayPass } from "../../kit/retry.ts";
import { sleep } from "../../kit/waiting.ts";
import type { Problem } from "../../problem.ts";
import { tryScenario, type RunDeps } from "./attempt.ts";
import { certainVerdict, fewestMoreRuns, type Tally } from "../results/pass-rule.ts";
import { statusOf, type Attempt, type AttemptStatus, type ScenarioResult } from "../results/result.ts";
import type { Scenario } from "../scenario.ts";
import { lastOfRuns, resultOf, verdictOf, type NumberedAttempt } from "../results/scenario-result.ts";

/** Options for retries and repetitions. */
export interface Trying {
  /** The number of retries for a run that failed for reasons other than the assistant. */
  retries: number;
  /** The number of times that a failed scenario is run again to confirm the failure. */
  confirm: number;
  /** True to carry out every run even when the verdict is certain, because a sample of a pass rate must not depend on its outcomes. */
  allRuns: boolean;
}

const pauseBeforeRetry = 1_000;

/** The minimum number of retries for a run in which a simulated user broke its instructions. */
const retriesOfUser = 2;

/** The number of runs in a row that could not be carried out after which the next ones are expected to end in the same way. */
const enough = 3;

/** Options for running one scenario. */
export interface ScenarioRunOptions {
  trying: Trying;
  /** The number of its runs that may be carried out in parallel. */
  atOnce: number;
  signal: AbortSignal;
}

/**
 * Runs one scenario to its verdict: as many times as it requires, each run from its beginning, with retries when the target failed, and the
 * complete scenario again when a failure must be confirmed.
 */
export async function runScenario(
  scenario: Scenario,
  deps: RunDeps,
  options: ScenarioRunOptions,
): Promise<ScenarioResult> {
  const { trying, signal } = options;
  const begin = deps.clock.now();
  const attempts: NumberedAttempt[] = [];
  let number = 0;
  const isStopped = () => signal.aborted || deps.budget?.isUsedUp() === true;
  for (let confirmation = 0; ; confirmation++) {
    for (let done = 0; done < scenario.repeat.runs;) {
      const count = countAtOnce(scenario, attempts, confirmation, done, options);
      const runs = Array.from({ length: count }, (_, index) => done + index + 1);
      const tried = runs.map((run) => attemptsAt(scenario, { confirmation, run }, () => (number += 1), deps, options));
      attempts.push(...(await Promise.all(tried)).flat());
      done += count;
      if (isOver(scenario, attempts, confirmation, trying) || isStopped()) break;
    }
    const isRed = verdictOf(scenario.repeat, attempts) === "failed";
    const [first, ...others] = attempts;
    if (first === undefined) throw new Error("a scenario has at least one run");
    if (!isRed || confirmation >= trying.confirm || isStopped())
      return resultOf(scenario, [first, ...others], Math.round(deps.clock.now() - begin));
  }
}

/** The number of runs to start together: no more than are needed before the verdict can be certain, so that none is wasted. */
function countAtOnce(
  { repeat }: Scenario,
  attempts: readonly NumberedAttempt[],
  confirmation: number,
  done: number,
  { trying, atOnce }: ScenarioRunOptions,
): number {
  const left = Math.min(atOnce, repeat.runs - done);
  const isSample = trying.allRuns && confirmation === 0;
  return isSample ? left : Math.max(1, Math.min(left, fewestMoreRuns(repeat, tallyOf(attempts, confirmation))));
}

/** One run, with further attempts while it fails for reasons other than the assistant. `nextNumber` counts all attempts. */
async function attemptsAt(
  scenario: Scenario,
  about: { confirmation: number; run: number },
  nextNumber: () => number,
  deps: RunDeps,
  { trying: { retries }, signal }: ScenarioRunOptions,
): Promise<NumberedAttempt[]> {
  const attempts: NumberedAttempt[] = [];
  for (let attempt = 1; ; attempt++) {
    const tried = await tryScenario(scenario, nextNumber(), deps, signal);
    attempts.push({ ...tried, ...about, attempt });
    const isInvalid = statusOf(tried) === "invalid";
    const again = isInvalid ? Math.max(retries, retriesOfUser) : retries;
    if (attempt > again || signal.aborted || !isWorthRetrying(tried)) return attempts;
    // After an error of a simulated user, there is nothing to wait for.
    if (!isInvalid) await sleep(pauseBeforeRetry, deps.clock, signal);
  }
}

function tallyOf(attempts: readonly NumberedAttempt[], confirmation: number): Tally {
  const runs = lastOfRuns(attempts.filter((each) => each.confirmation === confirmation));
  const count = (wanted: AttemptStatus) => runs.filter(({ status }) => status === wanted).length;
  return { passed: count("passed"), failed: count("failed") };
}

/** True when no other run can change the verdict, or none can be carried out. */
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
  return certainVerdict(repeat, tallyOf(attempts, confirmation)) !== null;
}

/**
 * True for runs in which a simulated user broke its instructions, and for broken connections, timeouts, overload and internal errors of the
 * target, but not for refusals.
 */
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
