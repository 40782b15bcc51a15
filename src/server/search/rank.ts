/** The frequency of one query word in each chunk, by the chunk's number. */
export type Postings = ReadonlyMap<number, number>;

/** The token counts of the searched chunks, by their numbers. */
export type ChunkLengths = ReadonlyMap<number, number>;

/** The usual constants of BM25: how soon repeated words stop helping, and how much long chunks are penalized. */
const saturation = 1.2;
const lengthWeight = 0.75;

/**
 * BM25 over only the searched chunks, so that the same store always ranks the same, whatever else the database
 * contains. A score is divided by the best possible score for this query: 0 to 1. Words that are in no chunk do not
 * distinguish chunks and are left out.
 */
export function bm25(words: readonly Postings[], lengths: ChunkLengths): Map<number, number> {
  const scores = new Map<number, number>();
  const total = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  const average = total / lengths.size || 1;
  const weighted = words
    .filter(({ size }) => size > 0)
    .map((postings) => ({ postings, weight: rarity(postings.size, lengths.size) }));
  const best = weighted.reduce((sum, { weight }) => sum + weight, 0) * (saturation + 1);
  for (const { postings, weight } of weighted) {
    for (const [chunk, count] of postings) {
      const penalty = 1 - lengthWeight + lengthWeight * ((lengths.get(chunk) ?? average) / average);
      const score = (weight * count * (saturation + 1)) / (count + saturation * penalty) / best;
      scores.set(chunk, (scores.get(chunk) ?? 0) + score);
    }
  }
  return scores;
}

/** Inverse document frequency, in the form that is never negative. */
function rarity(containing: number, all: number): number {
  return Math.log(1 + (all - containing + 0.5) / (containing + 0.5));
}

/** The cosine similarity of two vectors, 0 to 1; opposite vectors count as unrelated. */
export function cosine(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let product = 0;
  let leftSquare = 0;
  let rightSquare = 0;
  for (let index = 0; index < left.length; index += 1) {
    const [a, b] = [left[index] ?? 0, right[index] ?? 0];
    product += a * b;
    leftSquare += a * a;
    rightSquare += b * b;
  }
  const norms = Math.sqrt(leftSquare * rightSquare);
  return norms === 0 ? 0 : Math.min(1, Math.max(0, product / norms));
}

/** Combines two rankings: the mean of the scores by words and by meaning. */
export function fuse(
  byWords: ReadonlyMap<number, number>,
  byMeaning: ReadonlyMap<number, number>,
): Map<number, number> {
  const chunks = new Set([...byWords.keys(), ...byMeaning.keys()]);
  return new Map([...chunks].map((chunk) => [chunk, ((byWords.get(chunk) ?? 0) + (byMeaning.get(chunk) ?? 0)) / 2]));
}

/** For several queries: each chunk gets its best score. */
export function bestOf(rankings: readonly ReadonlyMap<number, number>[]): Map<number, number> {
  const best = new Map<number, number>();
  for (const [chunk, score] of rankings.flatMap((ranking) => [...ranking]))
    best.set(chunk, Math.max(score, best.get(chunk) ?? 0));
  return best;
}

/** The best first; chunks with the same score in the order in which they were stored. */
export function ranked(scores: ReadonlyMap<number, number>, threshold: number): { chunk: number; score: number }[] {
  return [...scores]
    .map(([chunk, score]) => ({ chunk, score }))
    .filter(({ score }) => score >= threshold)
    .toSorted((left, right) => right.score - left.score || left.chunk - right.chunk);
}

/** English stop words. */
const filler = new Set(
  "a about an and any are as at be but by can could did do does for from had has have how i if in into is it its me my no not of on or our should so some such than that the their them then there these they this to us was we were what when where which who why will with would you your".split(
    " ",
  ),
);

/** A query without stop words; the complete query when it has only stop words. */
export function topicOf(query: string): string {
  const words = query.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => !filler.has(word.toLowerCase()));
  return words.some((word) => word !== "") ? words.join(" ") : query;
}
