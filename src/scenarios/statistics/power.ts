import { type Counts, fisherTest, logChoose } from "./fisher.ts";

/**
 * The probability that `runs` runs with this pass rate show, at the level `alpha`, that it is lower than `before`: the power of the one-sided
 * test, given the earlier counts.
 */
export function powerOf(before: Counts, runs: number, rate: number, alpha: number): number {
  return atMost(mostThatShow(before, runs, alpha), runs, rate);
}

/** The maximum number of runs that is considered. */
const mostRuns = 1_000;

/** A number of runs with at least this power, close to the minimum; `null` when even 1,000 are not enough, because there were too few before. */
export function runsThatDecide(before: Counts, rate: number, alpha: number, power: number): number | null {
  return leastRuns((runs) => powerOf(before, runs, rate, alpha) >= power);
}

/** The same for equal numbers of runs before and after, with the earlier pass rate unchanged. */
export function runsOfBothThatDecide(before: Counts, rate: number, alpha: number, power: number): number | null {
  const share = before.counted === 0 ? 1 : before.passed / before.counted;
  return leastRuns((runs) => powerOf({ passed: Math.round(share * runs), counted: runs }, runs, rate, alpha) >= power);
}

/** Finds the number by bisection. The power is not quite monotonic, so a slightly smaller number may also be enough. */
function leastRuns(isEnough: (runs: number) => boolean): number | null {
  if (!isEnough(mostRuns)) return null;
  let [low, high] = [0, mostRuns];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** A single failed run is never significant, however many passed before. */
export const fewestFailures = 2;

/** The maximum number of passes in `runs` runs that shows a lower rate; negative when not even 0 passes show it. */
function mostThatShow(before: Counts, runs: number, alpha: number): number {
  let low = -1;
  let high = runs - fewestFailures;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const isShown = fisherTest(before, { passed: middle, counted: runs }).less <= alpha;
    if (isShown) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The probability of at most `most` passes in `runs` runs. */
function atMost(most: number, runs: number, rate: number): number {
  if (most < 0) return 0;
  if (most >= runs || rate === 0) return 1;
  if (rate === 1) return 0;
  let sum = 0;
  for (let passed = 0; passed <= most; passed++) {
    sum += Math.exp(logChoose(runs, passed) + passed * Math.log(rate) + (runs - passed) * Math.log1p(-rate));
  }
  return Math.min(1, sum);
}
