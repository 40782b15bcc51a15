import { certainVerdict, type Repeat } from "./pass-rule.ts";
import { staleText } from "../recording/stale.ts";
import { repeatResult, type RunStatus } from "./repeat-result.ts";
import {
  statusOf,
  type Attempt,
  type AttemptNumber,
  type AttemptResult,
  type AttemptStatus,
  type PlacedVerdict,
  type ScenarioResult,
  type ScenarioStatus,
} from "./result.ts";
import type { Scenario } from "../scenario.ts";
import { usageOf } from "../record/usage.ts";

/** An attempt with its number. */
export type NumberedAttempt = Attempt & AttemptNumber;

/** The result of a scenario that ran, or was at least tried; `attempts` in order, `time` in milliseconds. */
export function resultOf(
  scenario: Scenario,
  attempts: readonly [NumberedAttempt, ...NumberedAttempt[]],
  time: number,
): ScenarioResult {
  const { repeat } = scenario;
  const verdict = verdictOf(repeat, attempts);
  const shown = shownOf(verdict, attempts);
  const own = lastOfRuns(attempts.filter(({ confirmation }) => confirmation === 0));
  return {
    ...aboutOf(scenario),
    status: verdict === "passed" ? goodStatus(scenario, attempts) : verdict,
    reason: verdict === "not_run" ? notRunReason(shown) : null,
    ...(shown.stale !== undefined && { stale: shown.stale }),
    record: shown.record,
    verdicts: placed(shown, scenario),
    problems: shown.problems,
    attempts: attempts.map((attempt) => attemptResult(attempt, attempt === shown, scenario)),
    repeat: repeat.runs === 1 ? null : repeatResult(repeat, own),
    time,
  };
}

/** The result of a scenario that did not run. */
export function resultWithoutRun(scenario: Scenario, status: "skipped" | "not_run", reason: string): ScenarioResult {
  const nothing = { record: null, verdicts: [], problems: [], attempts: [], repeat: null, time: 0 };
  return { ...aboutOf(scenario), status, reason, ...nothing };
}

function notRunReason({ stale }: Attempt): string {
  return stale === undefined ? "interrupted" : staleText(stale);
}

/** The last attempt of every run, in the order of the runs. */
export function lastOfRuns(attempts: readonly NumberedAttempt[]): RunStatus[] {
  const last = new Map(attempts.map((attempt) => [`${attempt.confirmation} ${attempt.run}`, attempt]));
  return [...last.values()].map((attempt) => ({
    confirmation: attempt.confirmation,
    run: attempt.run,
    attempt: attempt.attempt,
    status: statusOf(attempt),
  }));
}

/**
 * The verdict of a scenario's attempts: that of the last confirmation, or of its own runs when there is none. Runs that could not be
 * carried out never count: if the others leave the verdict open, it is inconclusive, or errored if the scenario was given up or nothing counted.
 */
export function verdictOf(
  repeat: Repeat,
  attempts: readonly NumberedAttempt[],
): "passed" | "failed" | "errored" | "inconclusive" | "not_run" {
  const latest = attempts.at(-1)?.confirmation ?? 0;
  const runs = lastOfRuns(attempts.filter(({ confirmation }) => confirmation === latest));
  const count = (wanted: AttemptStatus) => runs.filter(({ status }) => status === wanted).length;
  const tally = { passed: count("passed"), failed: count("failed") };
  const certain = certainVerdict(repeat, tally);
  if (certain !== null) return certain;
  // It failed before, and nothing has shown otherwise.
  if (latest > 0) return "failed";
  const isComplete = runs.length === repeat.runs;
  const isStopped = !isComplete && runs.at(-1)?.status !== "errored";
  if (count("not_run") > 0 || isStopped) return "not_run";
  return isComplete && tally.passed + tally.failed + count("invalid") + count("inconclusive") > 0
    ? "inconclusive"
    : "errored";
}

/** The status of a scenario that passed in the end. When runs are counted, attempts that failed for reasons other than the assistant do not matter. */
function goodStatus({ observe, repeat }: Scenario, attempts: readonly NumberedAttempt[]): ScenarioStatus {
  if (observe) return "observed";
  const isConfirmed = attempts.some(({ confirmation }) => confirmation > 0);
  return isConfirmed || (repeat.runs === 1 && attempts.length > 1) ? "flaky" : "passed";
}

/** The attempt that shows a verdict. */
function shownOf(
  verdict: ReturnType<typeof verdictOf>,
  attempts: readonly [NumberedAttempt, ...NumberedAttempt[]],
): NumberedAttempt {
  const last = attempts.at(-1) ?? attempts[0];
  const find = (wanted: string) => attempts.find((attempt) => statusOf(attempt) === wanted);
  const findLast = (...wanted: string[]) => attempts.findLast((attempt) => wanted.includes(statusOf(attempt)));
  if (verdict === "failed") return find("failed") ?? last;
  if (verdict === "passed") return findLast("passed") ?? last;
  return verdict === "not_run" ? last : (findLast("errored", "invalid", "inconclusive") ?? last);
}

function attemptResult(attempt: NumberedAttempt, isShown: boolean, scenario: Scenario): AttemptResult {
  const { confirmation, run, attempt: number, record, problems, time } = attempt;
  const about = { confirmation, run, attempt: number, status: statusOf(attempt), time, usage: usageOf(record) };
  return isShown ? about : { ...about, record, verdicts: placed(attempt, scenario), problems };
}

function aboutOf({ id, name, file, assistant, tags, owner, turns }: Scenario) {
  return { id, name, file, assistant, tags, owner, turns: turns.length, fingerprint: null };
}

/** The verdicts, with the places of those that do not hold. */
export function placed({ verdicts }: Pick<Attempt, "verdicts">, { place }: Pick<Scenario, "place">): PlacedVerdict[] {
  return verdicts.map((verdict) => ({ ...verdict, place: verdict.pass ? null : place(verdict.path) }));
}
