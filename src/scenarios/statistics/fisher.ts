/** The number of counted runs, and the number of those that passed. */
export interface Counts {
  passed: number;
  counted: number;
}

/** The probabilities of Fisher's exact test: of pass counts as extreme as those of `after` if both had the same pass rate. */
export interface FisherTest {
  /** As few as these, or fewer: small when `after` is worse. */
  less: number;
  /** As many as these, or more: small when `after` is better. */
  greater: number;
  /** As unlikely as these, or more, in either direction. */
  twoSided: number;
}

/** Probabilities that are equal except for rounding count as equal, as in R's `fisher.test`. */
const tolerance = 1 + 1e-7;

/**
 * Fisher's exact test of two pass counts (R. A. Fisher, Statistical Methods for Research Workers, 1934, section 21.02). Given the total
 * number of passed runs, the number in `after` has a hypergeometric distribution if nothing has changed.
 */
export function fisherTest(before: Counts, after: Counts): FisherTest {
  const passed = before.passed + after.passed;
  const lowest = Math.max(0, passed - before.counted);
  const highest = Math.min(passed, after.counted);
  const all = logChoose(before.counted + after.counted, passed);
  const probability = (x: number) =>
    Math.exp(logChoose(after.counted, x) + logChoose(before.counted, passed - x) - all);
  const observed = probability(after.passed);
  let [less, greater, twoSided] = [0, 0, 0];
  for (let x = lowest; x <= highest; x++) {
    const each = probability(x);
    if (x <= after.passed) less += each;
    if (x >= after.passed) greater += each;
    if (each <= observed * tolerance) twoSided += each;
  }
  return { less: Math.min(1, less), greater: Math.min(1, greater), twoSided: Math.min(1, twoSided) };
}

/** The logarithm of n choose k, so that no n overflows. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** The logarithms of the first factorials, as cumulative sums. */
const small = Array.from({ length: 128 }, (_, n) => n).reduce<number[]>(
  (sums, n) => sums.concat(n === 0 ? 0 : (sums.at(-1) ?? 0) + Math.log(n)),
  [],
);

/** The logarithm of n!; for large n by Stirling's series (Abramowitz and Stegun, 6.1.41), whose error is below 1e-15 there. */
function logFactorial(n: number): number {
  return (
    small[n] ??
    n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5)
  );
}
