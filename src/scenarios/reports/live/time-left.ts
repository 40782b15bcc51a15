/** An unfinished scenario: its expected duration, `null` if unknown, and how long it has been running, both in milliseconds. */
export interface Remaining {
  expected: number | null;
  elapsed: number;
}

/**
 * The estimated milliseconds until all are done when `atOnce` run in parallel; `null` when nothing is known. An unknown duration is estimated
 * as the mean of the finished scenarios, else of the known ones.
 */
export function timeLeft(remaining: readonly Remaining[], atOnce: number, done: readonly number[]): number | null {
  if (remaining.length === 0) return 0;
  const known = remaining.flatMap(({ expected }) => expected ?? []);
  const usual = meanOf(done) ?? meanOf(known);
  if (usual === null) return null;
  // A scenario that takes longer than expected may end at any moment.
  const left = remaining.map(({ expected, elapsed }) => Math.max(0, (expected ?? usual) - elapsed));
  return Math.max(left.reduce((sum, each) => sum + each, 0) / Math.max(1, atOnce), ...left);
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length;
}
