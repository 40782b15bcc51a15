import fc from "fast-check";
import { expect, test } from "vitest";
import { createSeeds } from "../../../src/scenarios/asking/seeds.ts";

const whole = fc.integer({ min: 0 });
const questions = fc.array(fc.constantFrom("judge:1", "judge:2", "user:1"), { minLength: 1, maxLength: 12 });

test("the same seed gives the same numbers for the same questions, whatever was asked between", () => {
  fc.assert(
    fc.property(whole, questions, (seed, keys) => {
      const [one, other] = [createSeeds(seed), createSeeds(seed)];
      const sorted = (numbers: { key: string; number: number | null }[]) => Map.groupBy(numbers, ({ key }) => key);
      const asked = sorted(keys.map((key) => ({ key, number: one(key) })));
      const again = sorted(keys.toSorted((a, b) => (a < b ? -1 : 1)).map((key) => ({ key, number: other(key) })));
      for (const [key, numbers] of asked) expect(again.get(key)).toEqual(numbers);
      const all = [...asked.values()].flat().map(({ number }) => number);
      expect(new Set(all).size).toBe(all.length);
      for (const number of all)
        expect(number).toSatisfy((each: number) => Number.isInteger(each) && each >= 0 && each < 2 ** 31);
    }),
  );
});

test("without a seed there are none", () => {
  expect(createSeeds(null)("judge:1")).toBeNull();
});
