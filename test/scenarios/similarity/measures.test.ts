import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cosine, localSimilarity } from "../../../src/scenarios/similarity/measures.ts";

const words = fc
  .array(fc.stringMatching(/^[a-zäöü]{1,8}$/), { minLength: 1, maxLength: 12 })
  .map((each) => each.join(" "));

describe("the local measure", () => {
  test("is between 0 and 1, the same both ways, and 1 for the same words", () => {
    fc.assert(
      fc.property(words, words, (one, other) => {
        const alike = localSimilarity(one, other);
        expect(alike).toBeGreaterThanOrEqual(0);
        expect(alike).toBeLessThanOrEqual(1);
        expect(localSimilarity(other, one)).toBeCloseTo(alike, 12);
        expect(localSimilarity(one, `  ${one.toUpperCase()}!`)).toBeCloseTo(1, 12);
      }),
    );
  });

  test.each([
    ["Your refund has been issued.", "I have issued your refund.", 0.7, 0.9],
    ["Your refund has been issued.", "Refunds were issued to you.", 0.4, 0.7],
    ["Your refund has been issued.", "You get your money back.", 0.1, 0.35],
    ["Your refund has been issued.", "", 0, 0],
    ["Your refund has been issued.", "Wie geht es?", 0, 0.05],
  ])("%s and %s", (one, other, least, most) => {
    const alike = localSimilarity(one, other);
    expect(alike).toBeGreaterThanOrEqual(least);
    expect(alike).toBeLessThanOrEqual(most);
  });
});

test("the cosine is that of the angle", () => {
  expect(cosine([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
  expect(cosine([1, 0], [0, 2])).toBe(0);
  expect(cosine([1, 0], [-1, 0])).toBe(-1);
  expect(cosine([], [])).toBe(0);
});
