import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../../src/kit/random.ts";
import { compareCounts, runsNeeded, type CountsChange } from "../../../src/scenarios/statistics/compare.ts";
import { estimateMedian } from "../../../src/scenarios/statistics/median.ts";

// Suites whose pass rates are known, run many times: how often what docs/statistics.md promises is true. The seeds are fixed, so are the shares.

/** A scenario whose pass rate is known before and after a change. */
interface Simulated {
  before: number;
  after: number;
}

interface Sizes {
  before: number;
  after: number;
}

function runs(rate: number, counted: number, random: Random) {
  let passed = 0;
  for (let run = 0; run < counted; run++) passed += random() < rate ? 1 : 0;
  return { passed, counted };
}

/** What is said about the scenarios, each time they are run before and after. */
function* simulated(suite: readonly Simulated[], sizes: Sizes, times: number): Generator<CountsChange[]> {
  const random = createRandom(20_261_126);
  for (let time = 0; time < times; time++) {
    yield compareCounts(
      suite.map(({ before, after }) => ({
        before: runs(before, sizes.before, random),
        after: runs(after, sizes.after, random),
      })),
    );
  }
}

/** The share of times in which something is so. */
function share(all: Iterable<CountsChange[]>, isSo: (changes: CountsChange[]) => boolean): number {
  const times = [...all].map(isSo);
  return times.filter(Boolean).length / times.length;
}

const unchanged = (rates: readonly number[]) => rates.map((rate) => ({ before: rate, after: rate }));
const has = (change: CountsChange["change"]) => (changes: CountsChange[]) =>
  changes.some((each) => each.change === change);

const mixed = [1, 0.99, 0.95, 0.9, 0.9, 0.8, 0.8, 0.7, 0.5, 0.3];

describe("when nothing has changed", () => {
  test.each<[string, readonly number[], Sizes]>([
    ["ten scenarios of all kinds, 20 runs against 10", mixed, { before: 20, after: 10 }],
    ["ten at 50 %, where chance is greatest, 40 runs against 40", mixed.map(() => 0.5), { before: 40, after: 40 }],
    ["one at 80 %, 50 runs against 50", [0.8], { before: 50, after: 50 }],
    ["fifty at 90 %, 20 runs against 20", Array.from({ length: 50 }, () => 0.9), { before: 20, after: 20 }],
  ])("in at most 5 of 100 times anything is called a regression, or improved: %s", (_, rates, sizes) => {
    const all = [...simulated(unchanged(rates), sizes, rates.length > 10 ? 150 : 500)];
    expect(share(all, has("regression"))).toBeLessThanOrEqual(0.05);
    expect(share(all, has("improved"))).toBeLessThanOrEqual(0.05);
  });
});

describe("when one of the scenarios passes half as often", () => {
  test.each<[string, number, number, Sizes]>([
    ["one scenario, 20 runs against 6", 1, 1, { before: 20, after: 6 }],
    ["of ten, 20 runs against 12", 10, 1, { before: 20, after: 12 }],
    ["of twenty, 20 runs against 20", 20, 1, { before: 20, after: 20 }],
    ["of ten at 90 %, 50 runs against 30", 10, 0.9, { before: 50, after: 30 }],
  ])("it is found at least 4 times of 5, alone: %s", (_, length, rate, sizes) => {
    const suite = Array.from({ length }, (_, index) => ({ before: rate, after: index === 0 ? rate / 2 : rate }));
    const all = [...simulated(suite, sizes, 200)];
    expect(share(all, ([first]) => first?.change === "regression")).toBeGreaterThanOrEqual(0.8);
    expect(share(all, ([, ...others]) => has("regression")(others))).toBeLessThanOrEqual(0.05);
  });

  test("it is not called stable more than once in five times", () => {
    for (const after of [2, 5, 10, 20, 40]) {
      const suite = [{ before: 0.9, after: 0.45 }, ...unchanged([0.9, 0.9, 0.9])];
      const all = simulated(suite, { before: 30, after }, 200);
      expect(
        share(all, ([first]) => first?.change === "stable"),
        String(after),
      ).toBeLessThanOrEqual(0.2);
    }
  });
});

test("one failed run is not a regression, however many passed before", () => {
  const before = { passed: 1_000, counted: 1_000 };
  for (const counted of [1, 2, 5]) {
    const [only] = compareCounts([{ before, after: { passed: counted - 1, counted } }]);
    expect(only?.change).toBe("insufficient");
    expect(only?.p).toBeLessThan(0.05);
  }
});

describe("few runs", () => {
  test("are called insufficient, not stable, and the number that they are said to need is enough", () => {
    const changes = compareCounts([
      { before: { passed: 20, counted: 20 }, after: { passed: 0, counted: 1 } },
      { before: { passed: 20, counted: 20 }, after: { passed: 1, counted: 1 } },
      { before: { passed: 3, counted: 3 }, after: { passed: 3, counted: 3 } },
      { before: { passed: 0, counted: 0 }, after: { passed: 3, counted: 3 } },
    ]);
    expect(changes.map(({ change }) => change)).toEqual(Array(4).fill("insufficient"));
  });

  test.each([1, 5, 20])("need the number that is said, in a suite of %i", (scenarios) => {
    const others = Array.from({ length: scenarios - 1 }, () => ({
      before: { passed: 1, counted: 1 },
      after: { passed: 1, counted: 1 },
    }));
    const before = { passed: 20, counted: 20 };
    const changeAt = (counted: number) =>
      compareCounts([{ before, after: { passed: counted, counted } }, ...others])[0];
    const { after, both } = runsNeeded(before, scenarios);
    expect(both).toBeNull();
    expect(changeAt(after ?? 0)?.change).toBe("stable");
    expect(changeAt((after ?? 0) - 1)?.change).toBe("insufficient");
  });

  test("before cannot be made up for by many after", () => {
    const { after, both } = runsNeeded({ passed: 3, counted: 3 }, 20);
    expect(after).toBeNull();
    const counts = { passed: both ?? 0, counted: both ?? 0 };
    expect(compareCounts([{ before: counts, after: counts }])[0]?.change).toBe("stable");
    expect(runsNeeded({ passed: 0, counted: 0 }, 1).both).toBeGreaterThan(3);
  });
});

test.each([
  [6, 0.88],
  [10, 0.9],
  [20, 0.92],
])("the interval of a median of %i values holds the true one in about 95 of 100 times", (size, least) => {
  const random = createRandom(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let held = 0;
  for (let time = 0; time < 300; time++) {
    // Latencies are skewed: logarithms are normal, the median is 2 seconds.
    const values = Array.from({ length: size }, () => 2_000 * Math.exp(0.5 * normal()));
    const interval = estimateMedian(values, random)?.interval;
    if (interval && interval.low <= 2_000 && interval.high >= 2_000) held += 1;
  }
  expect(held / 300).toBeGreaterThanOrEqual(least);
  expect(held / 300).toBeLessThanOrEqual(0.99);
});
