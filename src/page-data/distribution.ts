/** A bar of a histogram: the number of values that are at least `from` and less than `to`. */
export interface Bin {
  from: number;
  to: number;
  count: number;
}

/** The number of bars per factor of ten. */
const perDecade = 12;

/** A histogram whose bar limits grow by a constant factor, from the smallest value to the largest; values below 1 count as 1. */
export function logBins(values: readonly number[]): Bin[] {
  if (values.length === 0) return [];
  const at = values.map((value) => Math.floor(Math.log10(Math.max(1, value)) * perDecade));
  const first = at.reduce((least, each) => Math.min(least, each), Infinity);
  const last = at.reduce((most, each) => Math.max(most, each), 0);
  const bins = Array.from({ length: last - first + 1 }, (_, index) => ({
    from: borderAt(first + index),
    to: borderAt(first + index + 1),
    count: 0,
  }));
  for (const each of at) {
    const bin = bins[each - first];
    if (bin !== undefined) bin.count += 1;
  }
  return bins;
}

function borderAt(index: number): number {
  return 10 ** (index / perDecade);
}

/** The value that a share of the values does not exceed, by nearest rank. `sorted` must be in order; `null` for no values. */
export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? null;
}
