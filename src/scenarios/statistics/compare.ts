import { type Counts, fisherTest } from "./fisher.ts";
import { holm } from "./holm.ts";
import { fewestFailures, powerOf, runsOfBothThatDecide, runsThatDecide } from "./power.ts";

/** The probability, over an entire suite, that anything is called a regression although nothing got worse. */
export const alpha = 0.05;
/** The probability of detecting that a pass rate fell by half, for scenarios that are called stable. */
export const wantedPower = 0.8;

/** Two pass counts of one scenario. */
export interface CountsPair {
  before: Counts;
  after: Counts;
}

/** The change between two pass counts. */
export interface CountsChange {
  /**
   * `regression`, `improved`: significant by the test. `stable`: not significant, although a rate that fell by half would be detected in four of five cases.
   * `insufficient`: there are too few runs to decide.
   */
  change: "regression" | "improved" | "stable" | "insufficient";
  /** The one-sided p-value of a regression, adjusted for the number of scenarios. */
  p: number;
  adjusted: number;
}

/** The number of runs needed to decide. */
export interface RunsNeeded {
  /** The number of later runs with the existing earlier ones; `null` when the earlier ones are too few, whatever is run now. */
  after: number | null;
  /** In that case, the number needed both before and after; `null` when more than 1,000. */
  both: number | null;
}

/**
 * Compares the pass counts of the scenarios of a suite, each by Fisher's exact test, one-sided, and all of them by Holm's correction: with a
 * probability of 95 %, nothing is wrongly called a regression, and the same holds for improvements. A single failed run is never a regression.
 */
export function compareCounts(pairs: readonly CountsPair[]): CountsChange[] {
  const tests = pairs.map(({ before, after }) => fisherTest(before, after));
  const worse = holm(tests.map(({ less }) => less));
  const better = holm(tests.map(({ greater }) => greater));
  const level = alpha / Math.max(1, pairs.length);
  return pairs.map((pair, index) => {
    const adjusted = worse[index] ?? 1;
    const about = { p: tests[index]?.less ?? 1, adjusted };
    const isSeldom = pair.after.counted - pair.after.passed < fewestFailures;
    if (adjusted <= alpha) return { ...about, change: isSeldom ? "insufficient" : "regression" };
    if ((better[index] ?? 1) <= alpha) return { ...about, change: "improved" };
    return { ...about, change: isTellable(pair, level) ? "stable" : "insufficient" };
  });
}

/** The number of runs needed to detect, in four of five cases, that a pass rate fell by half, in a suite of that many scenarios. */
export function runsNeeded(before: Counts, scenarios: number): RunsNeeded {
  const rate = halved(before);
  const level = alpha / Math.max(1, scenarios);
  const after = runsThatDecide(before, rate, level, wantedPower);
  const both = after === null ? runsOfBothThatDecide(before, rate, level, wantedPower) : null;
  return { after, both };
}

/** Half of the earlier pass rate, which is the regression that must be detected. */
function halved({ passed, counted }: Counts): number {
  return counted === 0 ? 0.5 : passed / counted / 2;
}

function isTellable({ before, after }: CountsPair, level: number): boolean {
  if (before.counted > 0 && before.passed === 0) return after.counted > 0;
  return powerOf(before, after.counted, halved(before), level) >= wantedPower;
}
