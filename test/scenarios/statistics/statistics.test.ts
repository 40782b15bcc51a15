import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/kit/random.ts";
import { fisherTest } from "../../../src/scenarios/statistics/fisher.ts";
import { holm } from "../../../src/scenarios/statistics/holm.ts";
import { estimateMedian } from "../../../src/scenarios/statistics/median.ts";
import { passAtK, passHatK } from "../../../src/scenarios/statistics/pass-at.ts";
import { powerOf, runsOfBothThatDecide, runsThatDecide } from "../../../src/scenarios/statistics/power.ts";
import { wilsonInterval } from "../../../src/scenarios/statistics/wilson.ts";

/** C(n, k), exactly. */
function choose(n: number, k: number): bigint {
  let product = 1n;
  for (let i = 0; i < k; i++) product = (product * BigInt(n - i)) / BigInt(i + 1);
  return k > n ? 0n : product;
}

/** A fraction of large numbers. */
const ratio = (one: bigint, other: bigint) => Number((one * 10n ** 18n) / other) / 1e18;

/** So many runs, and how many of them passed. */
const counts = (most: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: most }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([counted, share]) => ({ counted, passed: Math.round(share * counted) }));

describe("the Wilson interval", () => {
  // R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i of %i is the published one", (passed, counted, low, high) => {
    const interval = wilsonInterval(passed, counted);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test("holds the rate, lies within 0 and 1, and is the mirror image for failures", () => {
    fc.assert(
      fc.property(counts(1_000_000), ({ passed, counted }) => {
        const { low, high } = wilsonInterval(passed, counted);
        const mirror = wilsonInterval(counted - passed, counted);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(passed / counted);
        expect(high).toBeGreaterThanOrEqual(passed / counted);
        expect(1 - mirror.high).toBeCloseTo(low, 10);
      }),
    );
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test("holds the true rate in about 95 % of samples, whatever the rate is", () => {
    for (const counted of [5, 10, 20, 50, 100]) {
      const coverages = [0.5, 0.7, 0.8, 0.9, 0.95].map((rate) => coverageOf(rate, counted));
      const mean = coverages.reduce((sum, each) => sum + each, 0) / coverages.length;
      expect(mean).toBeGreaterThan(0.93);
      expect(mean).toBeLessThan(0.98);
      // Discrete as it is, it may be less at single rates: L. Brown et al., Interval Estimation for a Binomial Proportion, 2001.
      expect(Math.min(...coverages)).toBeGreaterThan(0.88);
    }
  });
});

/** The probability that the interval of so many runs holds the rate, summed up over everything they can show. */
function coverageOf(rate: number, counted: number): number {
  let sum = 0;
  for (let passed = 0; passed <= counted; passed++) {
    const { low, high } = wilsonInterval(passed, counted);
    if (low <= rate && rate <= high) {
      sum += Number(choose(counted, passed)) * rate ** passed * (1 - rate) ** (counted - passed);
    }
  }
  return sum;
}

describe("pass@k and pass^k", () => {
  test("are what their definitions say, also of large numbers", () => {
    fc.assert(
      fc.property(counts(120), fc.nat(), ({ passed, counted }, at) => {
        const k = 1 + (at % counted);
        expect(passAtK(counted, passed, k)).toBeCloseTo(1 - ratio(choose(counted - passed, k), choose(counted, k)), 12);
        expect(passHatK(counted, passed, k)).toBeCloseTo(ratio(choose(passed, k), choose(counted, k)), 12);
      }),
    );
    expect(passAtK(1_000_000, 500_000, 10)).toBeCloseTo(1 - 0.5 ** 10, 4);
  });

  test("are the pass rate for k = 1; more runs help one and hurt the other", () => {
    fc.assert(
      fc.property(counts(50), ({ passed, counted }) => {
        expect(passAtK(counted, passed, 1)).toBeCloseTo(passed / counted, 12);
        expect(passHatK(counted, passed, 1)).toBeCloseTo(passed / counted, 12);
        for (let k = 2; k <= counted; k++) {
          expect(passAtK(counted, passed, k)).toBeGreaterThanOrEqual(passAtK(counted, passed, k - 1) - 1e-12);
          expect(passHatK(counted, passed, k)).toBeLessThanOrEqual(passHatK(counted, passed, k - 1) + 1e-12);
        }
      }),
    );
  });

  test("have no bias: their mean over what samples show is the true probability", () => {
    const [rate, counted] = [0.7, 8];
    for (let k = 1; k <= counted; k++) {
      let [at, hat] = [0, 0];
      for (let passed = 0; passed <= counted; passed++) {
        const weight = Number(choose(counted, passed)) * rate ** passed * (1 - rate) ** (counted - passed);
        at += weight * passAtK(counted, passed, k);
        hat += weight * passHatK(counted, passed, k);
      }
      expect(at).toBeCloseTo(1 - (1 - rate) ** k, 12);
      expect(hat).toBeCloseTo(rate ** k, 12);
    }
  });
});

describe("Fisher's exact test", () => {
  // The first two: examples of R's fisher.test, of A. Agresti, Categorical Data Analysis (2002), p. 92, and of Fisher (1970).
  test("gives the published values: the lady tasting tea, and convictions of twins", () => {
    const tea = fisherTest({ passed: 1, counted: 4 }, { passed: 3, counted: 4 });
    expect(tea.greater).toBeCloseTo(0.2429, 4);
    expect(tea.twoSided).toBeCloseTo(0.4857, 4);
    const twins = fisherTest({ passed: 15, counted: 18 }, { passed: 2, counted: 12 });
    expect(twins.less).toBeCloseTo(0.0004652, 7);
    expect(twins.twoSided).toBeCloseTo(0.0005367, 7);
  });

  test("is what its definition says", () => {
    fc.assert(
      fc.property(counts(30), counts(30), (before, after) => {
        const passed = before.passed + after.passed;
        const all = choose(before.counted + after.counted, passed);
        const ways = (x: number) => choose(after.counted, x) * choose(before.counted, passed - x);
        const range = Array.from({ length: after.counted + 1 }, (_, x) => x).filter(
          (x) => x <= passed && passed - x <= before.counted,
        );
        const sum = (keep: (x: number) => boolean) =>
          ratio(
            range.filter(keep).reduce((total, x) => total + ways(x), 0n),
            all,
          );
        const exact = fisherTest(before, after);
        expect(exact.less).toBeCloseTo(
          sum((x) => x <= after.passed),
          10,
        );
        expect(exact.greater).toBeCloseTo(
          sum((x) => x >= after.passed),
          10,
        );
        expect(exact.twoSided).toBeCloseTo(
          sum((x) => ways(x) <= ways(after.passed)),
          10,
        );
      }),
    );
  });

  test("does not mind which comes first, and never overflows", () => {
    fc.assert(
      fc.property(counts(1_000), counts(1_000), (before, after) => {
        const [one, other] = [fisherTest(before, after), fisherTest(after, before)];
        expect(one.less).toBeCloseTo(other.greater, 6);
        expect(one.twoSided).toBeCloseTo(other.twoSided, 6);
        expect(one.less + one.greater).toBeGreaterThan(1 - 1e-6);
      }),
      { numRuns: 50 },
    );
    const huge = fisherTest({ passed: 90_000, counted: 100_000 }, { passed: 89_000, counted: 100_000 });
    expect(huge.less).toBeGreaterThan(0);
    expect(huge.less).toBeLessThan(1e-10);
  });
});

describe("Holm's correction", () => {
  test("rejects as the published examples do", () => {
    // The example of Wikipedia's page on the method: the first and the last are rejected.
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((each) => each <= 0.05)).toEqual([true, false, false, true]);
    // The example of the R package HDLSSkST, which compares with "less than": the third and the last.
    const values = [0.5, 0.01, 0.001, 0.69, 0.02, 0.05, 0.0025];
    expect(holm(values).map((each) => each < 0.05)).toEqual([false, false, true, false, false, false, true]);
    // R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
    const adjusted = holm([0.01, 0.02, 0.03, 0.04, 0.05]);
    for (const [index, value] of [0.05, 0.08, 0.09, 0.09, 0.09].entries())
      expect(adjusted[index]).toBeCloseTo(value, 12);
  });

  test("keeps the order, lies between no correction and Bonferroni's, and does not depend on the order given", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (values) => {
        const adjusted = holm(values);
        for (const [index, value] of values.entries()) {
          expect(adjusted[index]).toBeGreaterThanOrEqual(value);
          expect(adjusted[index]).toBeLessThanOrEqual(Math.min(1, value * values.length) + 1e-12);
          for (const [other, bigger] of values.entries()) {
            if (bigger > value) expect(adjusted[other]).toBeGreaterThanOrEqual(adjusted[index] ?? 0);
          }
        }
        expect(holm(values.toReversed()).toReversed()).toEqual(adjusted);
      }),
    );
  });
});

describe("the power of the test", () => {
  test("of two samples of 20 at rates of 50 and 90 % is about 70 %, as the R package statmod says of its two-sided test", () => {
    let power = 0;
    for (let passed = 0; passed <= 20; passed++) {
      const weight = Number(choose(20, passed)) * 0.9 ** passed * 0.1 ** (20 - passed);
      power += weight * powerOf({ passed, counted: 20 }, 20, 0.5, 0.025);
    }
    expect(power).toBeGreaterThan(0.65);
    expect(power).toBeLessThan(0.75);
  });

  test("is the share of samples that show it", () => {
    fc.assert(
      fc.property(
        counts(15),
        fc.integer({ min: 1, max: 15 }),
        fc.constantFrom(0, 0.3, 0.5, 1),
        (before, runs, rate) => {
          let share = 0;
          for (let passed = 0; passed <= runs; passed++) {
            const weight = Number(choose(runs, passed)) * rate ** passed * (1 - rate) ** (runs - passed);
            const isShown = fisherTest(before, { passed, counted: runs }).less <= 0.05;
            if (isShown && runs - passed >= 2) share += weight;
          }
          expect(powerOf(before, runs, rate, 0.05)).toBeCloseTo(share, 10);
        },
      ),
    );
  });

  test.each([
    [{ passed: 20, counted: 20 }, 0.5, 0.05, 8],
    [{ passed: 100, counted: 100 }, 0.5, 0.05, 5],
    [{ passed: 5, counted: 5 }, 0.5, 0.0025, null],
  ])("%j against %d at %d needs %s runs", (before, rate, level, runs) => {
    expect(runsThatDecide(before, rate, level, 0.8)).toBe(runs);
    if (runs === null) return;
    expect(powerOf(before, runs, rate, level)).toBeGreaterThanOrEqual(0.8);
    expect(powerOf(before, runs - 1, rate, level)).toBeLessThan(0.8);
  });

  test("says how many runs before and after would do when more after alone would not", () => {
    const both = runsOfBothThatDecide({ passed: 5, counted: 5 }, 0.5, 0.0025, 0.8);
    expect(both).toBeGreaterThan(10);
    expect(both).toBeLessThan(30);
  });
});

/** The middle value, or the mean of the two in the middle. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

describe("a median", () => {
  test("is the middle value, whatever the order; its interval lies within the values and repeats with the seed", () => {
    const some = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(some, fc.nat(), (values, seed) => {
        const estimate = estimateMedian(values, createRandom(seed));
        expect(estimate?.median).toBe(medianOf(values));
        expect(estimateMedian(values.toReversed(), createRandom(seed))).toEqual(estimate);
        expect(estimate?.interval === null).toBe(values.length < 6);
        if (!estimate?.interval) return;
        expect(estimate.interval.low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(estimate.interval.high).toBeLessThanOrEqual(Math.max(...values));
        expect(estimate.interval.low).toBeLessThanOrEqual(estimate.interval.high);
      }),
      { numRuns: 30 },
    );
    expect(estimateMedian([], createRandom(1))).toBeNull();
  });
});
