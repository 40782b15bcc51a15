import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { priceOf } from "../../../src/project/prices.ts";
import { costOf, costOfTurns, nothingSpent, spentWith } from "../../../src/scenarios/record/cost.ts";
import { expecting } from "../scenario.ts";

const usage = { prompt_tokens: 1_000_000, completion_tokens: 100_000, total_tokens: 1_100_000 };
const price = { input: 0.15, cachedInput: 0.075, output: 0.6 };

describe("the cost of a turn", () => {
  test("is tokens by prices, and less for what came from a cache", () => {
    expect(costOf(usage, price)).toBeCloseTo(0.21, 12);
    expect(costOf({ ...usage, cached_tokens: 400_000 }, price)).toBeCloseTo(0.18, 12);
  });

  test("is unknown without a price or a count", () => {
    expect(costOf(null, price)).toBeNull();
    expect(costOf(usage, null)).toBeNull();
  });

  test("is never less than nothing, whatever a target counts", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (prompt, completion, cached) => {
        const counted = {
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: 0,
          cached_tokens: cached,
        };
        expect(costOf(counted, price)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

const cost = fc.option(fc.double({ min: 0, max: 10, noNaN: true }));

test("the cost of turns is their sum, and unknown when one is unknown", () => {
  fc.assert(
    fc.property(fc.array(cost), (costs) => {
      const turns = costs.map((each) => ({ cost: each }));
      const sum = costOfTurns(turns);
      if (costs.length === 0 || costs.includes(null)) expect(sum).toBeNull();
      else expect(sum).toBeCloseTo(spentWith(nothingSpent, turns).dollars, 9);
      const { known, unknown } = spentWith(nothingSpent, turns);
      expect([known + unknown, unknown]).toEqual([costs.length, costs.filter((each) => each === null).length]);
    }),
  );
});

test("the price is that of the target's name, then of a name of the files that leads to it", () => {
  const prices = new Map([
    ["gpt-4o-mini", { input: 1, output: 2 }],
    ["luna", { input: 3, cached_input: 1, output: 4 }],
  ]);
  const price = (model: string, models?: Record<string, string>) =>
    priceOf({ prices }, { ...(models && { models }) }, model);
  expect(price("luna", { "gpt-4o-mini": "luna" })).toEqual({ input: 3, cachedInput: 1, output: 4 });
  expect(price("deploy-1", { "gpt-4o-mini": "deploy-1" })).toEqual({ input: 1, cachedInput: 1, output: 2 });
  expect(price("deploy-1")).toBeNull();
});

test.each([
  ["{ $lte: 0.05 }", []],
  ["{ $lt: 0 }", ["never_holds"]],
  ["{ $lte: -1 }", ["never_holds"]],
  ["{ $gte: 0 }", ["never_fails"]],
  ["{ severity: warn }", ["never_holds"]],
  ["{ $regex: '5' }", ["never_holds"]],
  ["{ $gt: 0, $lte: 1 }", []],
])("the limit %s", (limit, codes) => {
  const faults = expecting(`{ cost: ${limit} }`).turns[0]?.expectations.flatMap((each) => each.faults) ?? [];
  expect(faults.map(({ code }) => code)).toEqual(codes);
});
