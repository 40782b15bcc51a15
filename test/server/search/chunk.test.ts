import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { chunkText, type Chunk } from "../../../src/server/search/chunk.ts";
import { loadTokenizer, type TokenLengths } from "../../../src/server/search/tokenizer.ts";

let tokenLengths: TokenLengths;
beforeAll(async () => {
  tokenLengths = await loadTokenizer();
});

const word = fc.constantFrom(
  "refund",
  " ",
  "\n",
  "\r\n",
  "policy,",
  "日本語",
  "ñandú",
  "👩‍👩‍👧",
  "\u{10ffff}",
  "e\u0301",
  "<|endoftext|>",
  "1234567",
);
const text = fc
  .oneof(
    fc.array(fc.oneof(word, fc.string({ unit: "binary" })), { maxLength: 400 }).map((parts) => parts.join("")),
    fc.string({ unit: "grapheme", maxLength: 500 }),
  )
  .map((value) => value.toWellFormed());
const size = fc
  .integer({ min: 16, max: 120 })
  .chain((maxTokens) =>
    fc.record({ maxTokens: fc.constant(maxTokens), overlapTokens: fc.nat(Math.floor(maxTokens / 2)) }),
  );

const endOf = ({ start, text }: Chunk) => start + text.length;

describe("tokens", () => {
  test("are the whole text, byte by byte", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(tokenLengths(value).reduce((sum, length) => sum + length, 0)).toBe(Buffer.byteLength(value));
      }),
      { numRuns: 200 },
    );
  });
  test.each([
    ["hello world", 2],
    ["tokenization", 2],
    ["<|endoftext|>", 7],
    ["日本語", 4],
  ])("%j counts as it does in cl100k_base", (value, count) => {
    expect(tokenLengths(value)).toHaveLength(count);
  });
});

describe("chunks", () => {
  test("cover the text in order and are parts of it", () => {
    fc.assert(
      fc.property(text, size, (value, bounds) => {
        const chunks = chunkText(value, bounds, tokenLengths);
        expect(chunks[0]?.start ?? 0).toBe(0);
        expect(chunks.length === 0 ? 0 : endOf(chunks.at(-1) as Chunk)).toBe(value.length);
        for (const chunk of chunks) expect(value.slice(chunk.start, endOf(chunk))).toBe(chunk.text);
        for (const [index, chunk] of chunks.slice(1).entries()) {
          const before = chunks[index] as Chunk;
          expect(chunk.start).toBeGreaterThan(before.start);
          expect(chunk.start).toBeLessThanOrEqual(endOf(before));
        }
      }),
      { numRuns: 200 },
    );
  });
  test("have at most so many tokens, and never half a character", () => {
    fc.assert(
      fc.property(text, size, (value, bounds) => {
        for (const chunk of chunkText(value, bounds, tokenLengths)) {
          expect(chunk.tokens).toBeLessThanOrEqual(bounds.maxTokens);
          expect(chunk.text.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
  test("overlap by exactly so many tokens, and all but the last are full", () => {
    const ascii = fc.array(fc.constantFrom("refund", " policy", "\n", " 42", ", "), { minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(ascii, size, (words, { maxTokens, overlapTokens }) => {
        const value = words.join("");
        const chunks = chunkText(value, { maxTokens, overlapTokens }, tokenLengths);
        for (const chunk of chunks.slice(0, -1)) expect(chunk.tokens).toBe(maxTokens);
        const counted = chunks.reduce((sum, { tokens }) => sum + tokens, 0) - overlapTokens * (chunks.length - 1);
        expect(counted).toBe(tokenLengths(value).length);
      }),
      { numRuns: 200 },
    );
  });
  test("a text that fits is one chunk", () => {
    const value = "Returns are accepted within 30 days.";
    expect(chunkText(value, { maxTokens: 800, overlapTokens: 400 }, tokenLengths)).toEqual([
      { start: 0, text: value, tokens: tokenLengths(value).length },
    ]);
  });
});
