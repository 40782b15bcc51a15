/** How often one word of a query is in each chunk, by the chunk's number. */
export type Postings = ReadonlyMap<number, number>;

/** The chunks that are searched: how many tokens each has, by its number. */
export type ChunkLengths = ReadonlyMap<number, number>;

/** The usual constants of BM25: how soon repeating a word stops to help, and how much a long chunk is held against it. */
const saturation = 1.2;
const lengthWeight = 0.75;

/**
 * BM25 over the chunks searched and nothing else, so that the same store always ranks the same, whatever else the database
 * holds. A score is divided by the best that any chunk could have for this query: 0 to 1. Words that stand in no chunk tell
 * none from another and are left out.
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

/** How close two vectors point, 0 to 1; opposite counts as unrelated. */
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

/** One score out of two rankings: the mean of what the words and what the meaning say. */
export function fuse(
  byWords: ReadonlyMap<number, number>,
  byMeaning: ReadonlyMap<number, number>,
): Map<number, number> {
  const chunks = new Set([...byWords.keys(), ...byMeaning.keys()]);
  return new Map([...chunks].map((chunk) => [chunk, ((byWords.get(chunk) ?? 0) + (byMeaning.get(chunk) ?? 0)) / 2]));
}

/** For several queries: a chunk is as good as it is for the one that it suits best. */
export function bestOf(rankings: readonly ReadonlyMap<number, number>[]): Map<number, number> {
  const best = new Map<number, number>();
  for (const [chunk, score] of rankings.flatMap((ranking) => [...ranking]))
    best.set(chunk, Math.max(score, best.get(chunk) ?? 0));
  return best;
}

/** The best first; chunks of the same score in the order they were stored. */
export function ranked(scores: ReadonlyMap<number, number>, threshold: number): { chunk: number; score: number }[] {
  return [...scores]
    .map(([chunk, score]) => ({ chunk, score }))
    .filter(({ score }) => score >= threshold)
    .toSorted((left, right) => right.score - left.score || left.chunk - right.chunk);
}

/** English words that stand in any text and any question, and so say nothing about a topic. */
const filler = new Set(
  "a about an and any are as at be but by can could did do does for from had has have how i if in into is it its me my no not of on or our should so some such than that the their them then there these they this to us was we were what when where which who why will with would you your".split(
    " ",
  ),
);

/** A query without the words that say nothing; all of it when nothing else is in it. */
export function topicOf(query: string): string {
  const words = query.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => !filler.has(word.toLowerCase()));
  return words.some((word) => word !== "") ? words.join(" ") : query;
}
