import fc from "fast-check";
import { expect, test } from "vitest";
import { assumed, limitOf, planFor, resources, type Cost, type Costs } from "../../bench/capacity/model.ts";
import { simulate } from "../../bench/capacity/queues.ts";
import { createRandom } from "../../src/kit/random.ts";

const positive = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
const cost: fc.Arbitrary<Cost> = fc.record({
  serverMs: positive(20),
  databaseMs: positive(5),
  commits: positive(10),
  writes: positive(10),
  walBytes: positive(20_000),
  storedBytes: positive(10_000),
});
const costs: fc.Arbitrary<Costs> = fc.record({
  run: cost,
  message: cost,
  read: cost,
  page: cost,
  idleSecond: fc.constant({ serverMs: 1, databaseMs: 1, commits: 1, writes: 1, walBytes: 1, storedBytes: 0 }),
});

test("nothing is fuller than it may be, with one fewer something would be, and more load never needs less", () => {
  fc.assert(
    fc.property(costs, fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10 }), (each, load, times) => {
      const plan = planFor(load, each, assumed);
      for (const resource of resources)
        expect(plan.used[resource]).toBeLessThanOrEqual(resource === "connections" ? 1 : assumed.share);
      const more = planFor(load * times, each, assumed);
      expect(more.replicas).toBeGreaterThanOrEqual(plan.replicas);
      expect(more.databases).toBeGreaterThanOrEqual(plan.databases);
      // One database alone is enough exactly up to the least of its limits.
      const limit = Math.min(
        ...resources.filter((name) => name !== "replica").map((name) => limitOf(name, each, assumed)),
      );
      if (load < limit) expect(plan.databases).toBe(1);
      if (load > limit * 1.01 + 1) expect(plan.databases).toBeGreaterThan(1);
    }),
    { numRuns: 20 },
  );
});

test("runs wait for others the longer, the fuller what they use is", () => {
  const each = (serverMs: number): Cost => ({
    serverMs,
    databaseMs: 0.1,
    commits: 1,
    writes: 1,
    walBytes: 1,
    storedBytes: 1,
  });
  const given: Costs = { run: each(5), message: each(0), read: each(0), page: each(0), idleSecond: each(0) };
  const waiting = [10, 60, 120].map((load) => {
    const plan = { ...planFor(1, given, assumed), load };
    return simulate(plan, given, assumed, createRandom(1), 1_000).p99;
  });
  expect(waiting).toEqual(waiting.toSorted((one, other) => one - other));
  expect(waiting[2]).toBeGreaterThan(3 * (waiting[0] ?? 0));
});
