/**
 * Adjusted p-values, in the order of the given ones. If all values up to a level are called differences, the probability that any of them is
 * wrong is at most that level, even if the tests depend on each other (S. Holm, A Simple Sequentially Rejective Multiple Test Procedure,
 * Scandinavian Journal of Statistics 6, 1979).
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).toSorted((one, other) => (values[one] ?? 0) - (values[other] ?? 0));
  const adjusted = Array.from(values, () => 1);
  let highest = 0;
  for (const [rank, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (values.length - rank) * (values[index] ?? 1)));
    adjusted[index] = highest;
  }
  return adjusted;
}
