import { type Counts, fisherTest } from "./fisher.ts";
import { holm } from "./holm.ts";
import { fewestFailures, powerOf, runsOfBothThatDecide, runsThatDecide } from "./power.ts";

/** The probability, over a whole suite, that anything is called a regression although nothing got worse. */
export const alpha = 0.05;
/** The probability with which a pass rate that falls by half is found, wherever one is called stable. */
export const wantedPower = 0.8;

/** Two pass counts of one scenario. */
export interface CountsPair {
  before: Counts;
  after: Counts;
}

/** How two pass counts differ. */
export interface CountsChange {
  /**
   * `regression`, `improved`: shown by the test. `stable`: not shown, though a rate that fell by half would have been, in four of five cases.
   * `insufficient`: there are too few runs to tell.
   */
  change: "regression" | "improved" | "stable" | "insufficient";
  /** One-sided, for a regression; and adjusted for the number of scenarios. */
  p: number;
  adjusted: number;
}

/** How many runs it takes to tell. */
export interface RunsNeeded {
  /** With those that there are before; `null` when these are too few, whatever is run now. */
  after: number | null;
  /** Then how many it takes before and after; `null` when more than 1,000. */
  both: number | null;
}

/**
 * Compares the pass counts of the scenarios of a suite, each by Fisher's exact test, one-sided, and all of them by Holm's correction: with a
 * probability of 95 %, nothing is called a regression that is none, and the same of improvements. One run that failed is never a regression.
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

/** How many runs it takes to find a pass rate that fell by half, in four of five cases, in a suite of so many scenarios. */
export function runsNeeded(before: Counts, scenarios: number): RunsNeeded {
  const rate = halved(before);
  const level = alpha / Math.max(1, scenarios);
  const after = runsThatDecide(before, rate, level, wantedPower);
  const both = after === null ? runsOfBothThatDecide(before, rate, level, wantedPower) : null;
  return { after, both };
}

/** Half of the pass rate before: what a regression that must be found is assumed to leave. */
function halved({ passed, counted }: Counts): number {
  return counted === 0 ? 0.5 : passed / counted / 2;
}

function isTellable({ before, after }: CountsPair, level: number): boolean {
  if (before.counted > 0 && before.passed === 0) return after.counted > 0;
  return powerOf(before, after.counted, halved(before), level) >= wantedPower;
}
