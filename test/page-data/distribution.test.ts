import fc from "fast-check";
import { expect, test } from "vitest";
import { logBins, quantile } from "../../src/page-data/distribution.ts";

const values = fc.array(fc.integer({ min: 0, max: 3_600_000 }), { minLength: 1 });

test("every value is in one bar, and the bars follow one another", () => {
  fc.assert(
    fc.property(values, (all) => {
      const bins = logBins(all);
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
      for (const [at, bin] of bins.entries()) {
        if (at > 0) expect(bin.from).toBe(bins[at - 1]?.to);
      }
      expect(bins[0]?.count).toBeGreaterThan(0);
      expect(bins.at(-1)?.count).toBeGreaterThan(0);
      expect(bins[0]?.from).toBeLessThanOrEqual(Math.max(1, Math.min(...all)) + 1e-6);
      expect(bins.at(-1)?.to).toBeGreaterThan(Math.max(...all) - 1e-6);
    }),
  );
});

test("a share of the values does not exceed the quantile, and it is one of them", () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
      const sorted = all.toSorted((one, other) => one - other);
      const found = quantile(sorted, share) ?? -1;
      expect(all).toContain(found);
      expect(all.filter((each) => each <= found).length).toBeGreaterThanOrEqual(share * all.length - 1e-9);
      expect(all.filter((each) => each < found).length).toBeLessThan(share * all.length + 1e-9);
    }),
  );
});

test("no values have no bars and no quantile", () => {
  expect(logBins([])).toEqual([]);
  expect(quantile([], 0.5)).toBeNull();
});
