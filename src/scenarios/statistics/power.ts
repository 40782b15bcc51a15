import { type Counts, fisherTest, logChoose } from "./fisher.ts";

/**
 * The probability that so many runs with this pass rate show, at the level `alpha`, that it is lower than `before`: the power of the one-sided
 * test, given what was counted before.
 */
export function powerOf(before: Counts, runs: number, rate: number, alpha: number): number {
  return atMost(mostThatShow(before, runs, alpha), runs, rate);
}

/** So many runs are tried at most, when it is asked how many would decide. */
const mostRuns = 1_000;

/** A number of runs with at least this power, near the least one; `null` when even 1,000 do not have it, because there were too few before. */
export function runsThatDecide(before: Counts, rate: number, alpha: number, power: number): number | null {
  return leastRuns((runs) => powerOf(before, runs, rate, alpha) >= power);
}

/** The same when as many runs are made before and after, and before passed at the rate that it has now. */
export function runsOfBothThatDecide(before: Counts, rate: number, alpha: number, power: number): number | null {
  const share = before.counted === 0 ? 1 : before.passed / before.counted;
  return leastRuns((runs) => powerOf({ passed: Math.round(share * runs), counted: runs }, runs, rate, alpha) >= power);
}

/** Found by halving: the power goes up and down a little from one number to the next, so a smaller one may do too. */
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

/** One run that failed never shows anything, however many passed before. */
export const fewestFailures = 2;

/** The most passes of so many runs that show a lower rate; -1, or less, when not even none of them does. */
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

/** The probability of at most `most` passes in so many runs. */
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
