import { certainVerdict, showPassRule, type Repeat } from "./pass-rule.ts";
import type { AttemptNumber, AttemptStatus } from "./result.ts";
import { passAtK, passHatK } from "../statistics/pass-at.ts";
import { wilsonInterval, type Interval } from "../statistics/wilson.ts";

/** The outcome of the runs of one scenario, without those that confirm a failure. */
export interface RepeatResult {
  /** The number of runs that were requested. */
  asked: number;
  /** How many of them must pass, as written in the scenario. */
  rule: string;
  /** The number of runs that were carried out and therefore count. */
  counted: number;
  passed: number;
  /** The numbers of the runs that failed, and of the runs that do not count. */
  failed: number[];
  uncounted: number[];
  /** True when the verdict was certain before all runs had started. The following fields are then `null`, because stopping at an outcome biases them. */
  early: boolean;
  /** The pass rate, and its 95% Wilson interval; `null` when nothing counted. */
  rate: number | null;
  interval: Interval | null;
  /** The probability that at least one of k runs passes, and that all of them pass, for k = 1, 2, and so on. */
  pass_at_k: number[] | null;
  pass_hat_k: number[] | null;
}

/** The status of a run's last attempt, with the attempt's number. */
export type RunStatus = AttemptNumber & { status: AttemptStatus };

/** The maximum value of k. */
const mostK = 10;

/** The outcome of the scenario's own runs; `runs` has the last attempt of each. */
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
