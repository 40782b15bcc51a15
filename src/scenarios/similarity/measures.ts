/**
 * The similarity of two texts by their letters, from 0 to 1: the cosine between the counts of the letter trigrams of their words. It ignores
 * meaning: "refund" and "money back" have nothing in common. The result is deterministic.
 */
export function localSimilarity(one: string, other: string): number {
  const [a, b] = [piecesOf(one), piecesOf(other)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return cosine(
    names.map((name) => a.get(name) ?? 0),
    names.map((name) => b.get(name) ?? 0),
  );
}

/** The cosine between two vectors of equal length; 0 when one of them is all zeros. */
export function cosine(one: readonly number[], other: readonly number[]): number {
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  const length = Math.sqrt(product(one, one)) * Math.sqrt(product(other, other));
  // Rounding may give slightly more than 1.
  return length === 0 ? 0 : Math.min(1, product(one, other) / length);
}

function piecesOf(text: string): Map<string, number> {
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (const word of words) {
    const letters = Array.from(` ${word} `);
    for (let at = 0; at + 3 <= letters.length; at += 1) {
      const piece = letters.slice(at, at + 3).join("");
      counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
  }
  return counts;
}
