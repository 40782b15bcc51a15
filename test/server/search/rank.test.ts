import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bestOf, bm25, cosine, fuse, ranked, topicOf } from "../../../src/server/search/rank.ts";

const chunkLengths = fc
  .array(fc.integer({ min: 1, max: 800 }), { minLength: 1, maxLength: 12 })
  .map((lengths) => new Map(lengths.map((length, chunk) => [chunk, length])));
const corpus = chunkLengths.chain((lengths) => {
  const postings = fc
    .dictionary(fc.nat(lengths.size - 1).map(String), fc.integer({ min: 1, max: 30 }))
    .map((counts) => new Map(Object.entries(counts).map(([chunk, count]) => [Number(chunk), count])));
  return fc.record({ lengths: fc.constant(lengths), words: fc.array(postings, { maxLength: 5 }) });
});

describe("BM25", () => {
  test("scores are 0 to 1, and only chunks that have a word have one", () => {
    fc.assert(
      fc.property(corpus, ({ lengths, words }) => {
        const scores = bm25(words, lengths);
        expect(new Set(scores.keys())).toEqual(new Set(words.flatMap((postings) => [...postings.keys()])));
        for (const score of scores.values()) {
          expect(score).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
  test("saying a word more often never makes a chunk worse", () => {
    fc.assert(
      fc.property(corpus, fc.integer({ min: 1, max: 9 }), ({ lengths, words }, more) => {
        const [first, ...others] = words;
        const [chunk, count] = [...(first ?? [])][0] ?? [];
        fc.pre(first !== undefined && chunk !== undefined && count !== undefined);
        const said = bm25([new Map([...first, [chunk, count + more]]), ...others], lengths);
        expect(said.get(chunk)).toBeGreaterThanOrEqual(bm25(words, lengths).get(chunk) ?? 0);
      }),
    );
  });
  test("a rare word counts for more than a common one, and a short chunk for more than a long one", () => {
    const lengths = new Map([
      [1, 100],
      [2, 100],
      [3, 100],
      [4, 400],
    ]);
    const everywhere = new Map([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
    ]);
    const scores = bm25([everywhere, new Map([[2, 1]])], lengths);
    expect(ranked(scores, 0).map(({ chunk }) => chunk)).toEqual([2, 1, 3, 4]);
  });
});

describe("rankings", () => {
  test("vectors that point the same way are 1, across 0, apart 0", () => {
    expect(cosine([1, 2], [2, 4])).toBeCloseTo(1);
    expect(cosine([1, 0], [0, 1])).toBe(0);
    expect(cosine([1, 0], [-1, 0])).toBe(0);
    expect(cosine([0, 0], [1, 1])).toBe(0);
  });
  test("words and meaning weigh the same", () => {
    const fused = fuse(
      new Map([[1, 0.5]]),
      new Map([
        [1, 1],
        [2, 0.5],
      ]),
    );
    expect(fused).toEqual(
      new Map([
        [1, 0.75],
        [2, 0.25],
      ]),
    );
  });
  test("of several queries the best counts; below the threshold nothing does", () => {
    const best = bestOf([
      new Map([
        [1, 0.2],
        [2, 0.9],
      ]),
      new Map([
        [1, 0.4],
        [3, 0.1],
      ]),
    ]);
    expect(ranked(best, 0.3)).toEqual([
      { chunk: 2, score: 0.9 },
      { chunk: 1, score: 0.4 },
    ]);
  });
});

test.each([
  ["how long does a refund take?", "long refund take "],
  ["What is it?", "What is it?"],
  ["Wie lange dauert die Rückgabe", "Wie lange dauert die Rückgabe"],
  ["", ""],
])("of %j the topic is %j", (query, topic) => {
  expect(topicOf(query)).toBe(topic);
});
