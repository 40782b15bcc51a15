import type { Random } from "../../kit/random.ts";
import type { Interval } from "./wilson.ts";

/** A median and its 95 % interval, which is `null` when there are too few values. */
export interface MedianEstimate {
  median: number;
  interval: Interval | null;
}

const resamples = 1_000;

/** With five values, not even the entire range contains the median with a probability of 95 %: 1 - 2 / 2^5 is 94 %. */
export const fewestForInterval = 6;

/**
 * The median with a 95 % percentile bootstrap interval: the medians of 1,000 samples drawn from the values with replacement, without the
 * lowest and the highest 2.5 % (B. Efron, Bootstrap Methods: Another Look at the Jackknife, Annals of Statistics 7, 1979). `null` without values.
 */
export function estimateMedian(values: readonly number[], random: Random): MedianEstimate | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).toSorted();
  const counts = new Uint32Array(sorted.length);
  const median = middleOf(sorted, counts.fill(1));
  if (sorted.length < fewestForInterval) return { median, interval: null };
  const medians = new Float64Array(resamples);
  for (let index = 0; index < resamples; index++) medians[index] = middleOf(sorted, drawn(counts, random));
  medians.sort();
  const cut = Math.floor(resamples * 0.025);
  return { median, interval: { low: medians[cut] ?? median, high: medians[resamples - 1 - cut] ?? median } };
}

/** The number of times that each value is drawn in a sample of the same size. */
function drawn(counts: Uint32Array, random: Random): Uint32Array {
  counts.fill(0);
  for (let draw = 0; draw < counts.length; draw++) {
    const index = Math.floor(random() * counts.length);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

/** The median of a sample, given the number of times that each sorted value occurs; for an even size, the mean of the two middle values. */
function middleOf(sorted: Float64Array, counts: Uint32Array): number {
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  let lower = NaN;
  let before = 0;
  for (let index = 0; index < sorted.length; index++) {
    const value = sorted[index] ?? NaN;
    before += counts[index] ?? 0;
    if (Number.isNaN(lower) && before > low) lower = value;
    if (before > high) return (lower + value) / 2;
  }
  return lower;
}
