/** A scenario that is not done: how long it is expected to take, `null` when nobody knows, and how long it has been running. Milliseconds. */
export interface Remaining {
  expected: number | null;
  elapsed: number;
}

/**
 * Milliseconds until all are done when `atOnce` run side by side; `null` when nothing is known. What is not known of a scenario is taken to be the
 * mean of those that are done, else of those that are known.
 */
export function timeLeft(remaining: readonly Remaining[], atOnce: number, done: readonly number[]): number | null {
  if (remaining.length === 0) return 0;
  const known = remaining.flatMap(({ expected }) => expected ?? []);
  const usual = meanOf(done) ?? meanOf(known);
  if (usual === null) return null;
  // One that takes longer than it should may end at any moment.
  const left = remaining.map(({ expected, elapsed }) => Math.max(0, (expected ?? usual) - elapsed));
  return Math.max(left.reduce((sum, each) => sum + each, 0) / Math.max(1, atOnce), ...left);
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length;
}
