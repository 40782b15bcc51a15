import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, suggest } from "../../src/kit/words.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "_"), maxLength: 8 });

test("law: distance is a metric", () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b, 99);
      expect(distance).toBe(editDistance(b, a, 99));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }),
  );
});

test("law: the limit only decides whether there is an answer", () => {
  fc.assert(
    fc.property(word, word, fc.nat(8), (a, b, limit) => {
      const distance = editDistance(a, b, 99);
      expect(editDistance(a, b, limit)).toBe(distance <= limit ? distance : Infinity);
    }),
  );
});

test("law: a suggestion is a candidate, never the word itself, and nothing is nearer", () => {
  fc.assert(
    fc.property(word, fc.array(word), (wrong, candidates) => {
      const meant = suggest(wrong, candidates);
      if (meant === undefined) return;
      expect(candidates).toContain(meant);
      expect(meant).not.toBe(wrong);
      const distances = candidates.filter((each) => each !== wrong).map((each) => editDistance(wrong, each, 99));
      expect(editDistance(wrong, meant, 99)).toBe(Math.min(...distances));
    }),
  );
});

test.each([
  ["temprature", "temperature"],
  ["Model", "model"],
  ["tolos", "tools"],
  ["xyz", undefined],
])("%s -> %s", (wrong, meant) => {
  expect(suggest(wrong, ["model", "temperature", "tools", "top_p"])).toBe(meant);
});
