import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, randomSeed, shuffled } from "../../src/kit/random.ts";

const byValue = (one: number, other: number) => one - other;
const anySeed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

test("the first numbers of mulberry32", () => {
  // As the function gives them that its author published (github.com/bryc/code, jshash/PRNGs.md).
  const random = createRandom(1);
  expect([random(), random(), random()].map((each) => Math.round(each * 2 ** 32))).toEqual([
    2_693_262_067, 11_749_833, 2_265_367_787,
  ]);
});

test("a shuffle keeps every item, and is the same for the same seed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), anySeed, (items, seed) => {
      const order = shuffled(items, createRandom(seed));
      expect(order.toSorted(byValue)).toEqual(items.toSorted(byValue));
      expect(shuffled(items, createRandom(seed))).toEqual(order);
    }),
  );
});

test("every order comes about as often", () => {
  const random = createRandom(3);
  const counts = new Map<string, number>();
  for (let time = 0; time < 6_000; time += 1) {
    const order = shuffled(["a", "b", "c"], random).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test("a seed made at random can be typed as one", () => {
  expect(randomSeed(() => 0)).toBe(0);
  expect(randomSeed(() => 1 - Number.EPSILON)).toBeLessThan(2 ** 31);
});
