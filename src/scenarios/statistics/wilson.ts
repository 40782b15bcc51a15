/** An interval between 0 and 1. */
export interface Interval {
  low: number;
  high: number;
}

/** The 97.5 % quantile of the normal distribution, for a 95 % interval. */
const z = 1.959963984540054;

/**
 * The Wilson score interval of a pass rate, with a confidence of 95 %: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical
 * Inference, JASA 22 (1927), without continuity correction. Without any runs, it is the entire range from 0 to 1.
 */
export function wilsonInterval(passed: number, counted: number): Interval {
  if (counted === 0) return { low: 0, high: 1 };
  const rate = passed / counted;
  const square = (z * z) / counted;
  const middle = rate + square / 2;
  const half = z * Math.sqrt((rate * (1 - rate)) / counted + square / (4 * counted));
  // At the ends, the formula gives 0 and 1 except for rounding.
  const low = passed === 0 ? 0 : (middle - half) / (1 + square);
  const high = passed === counted ? 1 : (middle + half) / (1 + square);
  return { low, high };
}
