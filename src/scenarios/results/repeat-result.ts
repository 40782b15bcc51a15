import { certainVerdict, showPassRule, type Repeat } from "./pass-rule.ts";
import type { AttemptNumber, AttemptStatus } from "./result.ts";
import { passAtK, passHatK } from "../statistics/pass-at.ts";
import { wilsonInterval, type Interval } from "../statistics/wilson.ts";

/** What the runs of one scenario came to; those that were made to confirm a failure are not among them. */
export interface RepeatResult {
  /** How many runs it was to have. */
  asked: number;
  /** How many of them have to pass, as it is written. */
  rule: string;
  /** How many were carried out, so that they say something about the assistant. */
  counted: number;
  passed: number;
  /** The numbers of the runs that failed, and of those that do not count. */
  failed: number[];
  uncounted: number[];
  /** The verdict was certain before all runs were begun. What follows is `null` then: runs that end when they have an outcome favour it. */
  early: boolean;
  /** The pass rate, and its Wilson interval of 95 %; `null` when nothing counted. */
  rate: number | null;
  interval: Interval | null;
  /** The probability that one of k runs passes, and that all of them do, for k = 1, 2, and so on. */
  pass_at_k: number[] | null;
  pass_hat_k: number[] | null;
}

/** The status of a run's last attempt, under its number. */
export type RunStatus = AttemptNumber & { status: AttemptStatus };

/** So many values of k are worth a line. */
const mostK = 10;

/** What the scenario's own runs came to; `runs` has the last attempt of each. */
export function repeatResult(repeat: Repeat, runs: readonly RunStatus[]): RepeatResult {
  const numbersOf = (...wanted: AttemptStatus[]) =>
    runs.filter(({ status }) => wanted.includes(status)).map(({ run }) => run);
  const passed = numbersOf("passed").length;
  const failed = numbersOf("failed");
  const counted = passed + failed.length;
  const early = runs.length < repeat.runs && certainVerdict(repeat, { passed, failed: failed.length }) !== null;
  const isSample = runs.length === repeat.runs && counted > 0;
  const ks = isSample ? Array.from({ length: Math.min(mostK, counted) }, (_, index) => index + 1) : null;
  return {
    asked: repeat.runs,
    rule: showPassRule(repeat.pass),
    counted,
    passed,
    failed,
    uncounted: numbersOf("errored", "invalid", "inconclusive"),
    early,
    rate: isSample ? passed / counted : null,
    interval: isSample ? wilsonInterval(passed, counted) : null,
    pass_at_k: ks?.map((k) => passAtK(counted, passed, k)) ?? null,
    pass_hat_k: ks?.map((k) => passHatK(counted, passed, k)) ?? null,
  };
}
