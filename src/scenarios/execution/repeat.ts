import { mayPass } from "../../kit/retry.ts";
import { sleep } from "../../kit/waiting.ts";
import type { Problem } from "../../problem.ts";
import { tryScenario, type RunDeps } from "./attempt.ts";
import { certainVerdict, fewestMoreRuns, type Tally } from "../results/pass-rule.ts";
import { statusOf, type Attempt, type AttemptStatus, type ScenarioResult } from "../results/result.ts";
import type { Scenario } from "../scenario.ts";
import { lastOfRuns, resultOf, verdictOf, type NumberedAttempt } from "../results/scenario-result.ts";

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

/** How one scenario is run. */
export interface ScenarioRunOptions {
  trying: Trying;
  /** How many of its runs may be carried out at a time. */
  atOnce: number;
  signal: AbortSignal;
}

/**
 * Runs one scenario to its verdict: as often as it says, each run from its beginning, and again when the other side did not do its part, and the whole
 * again when it failed and that is to be confirmed.
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

/** How many runs are begun together: so many that the verdict cannot be certain before the last of them, so that none is for nothing. */
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

/** One run, and further attempts at it while something else than the assistant makes it fail. `nextNumber` counts all attempts. */
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
    // Nobody has to recover from what a simulated user said.
    if (!isInvalid) await sleep(pauseBeforeRetry, deps.clock, signal);
  }
}

function tallyOf(attempts: readonly NumberedAttempt[], confirmation: number): Tally {
  const runs = lastOfRuns(attempts.filter((each) => each.confirmation === confirmation));
  const count = (wanted: AttemptStatus) => runs.filter(({ status }) => status === wanted).length;
  return { passed: count("passed"), failed: count("failed") };
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
  return certainVerdict(repeat, tallyOf(attempts, confirmation)) !== null;
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
