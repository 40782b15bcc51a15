/** One number that the benchmarks give, beside what it should be and what a peer needs for the same. */
export interface Measurement {
  name: string;
  value: number;
  unit: "ms" | "runs/s" | "MB" | "packages" | "scenarios" | "objects";
  /** The value to stay below, or above when `moreIsBetter`; `null` when none was set. */
  target: number | null;
  moreIsBetter?: true;
  /** Who does the same without Playbill, in the same run. */
  peer: { name: string; value: number } | null;
}

/** One subject: what it measures, in the order of the table. */
export type Subject = () => Promise<Measurement[]>;

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `share` percent of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? Number.NaN;
}
