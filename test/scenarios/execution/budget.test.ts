import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BudgetUsedUp, createBudget, paidAnswers } from "../../../src/scenarios/execution/budget.ts";

/** Calls of these costs, so many at a time, each for as long as it is paid for; gives what they cost together, and how many there were. */
async function callAll(costs: readonly (number | null)[], limit: number, least: number, jobs: number) {
  const budget = createBudget(limit, least);
  let spent = 0;
  let made = 0;
  const left = costs.values();
  const worker = async () => {
    for (const cost of left) {
      if (!(await budget.begin())) return;
      await turn();
      made += 1;
      spent += cost ?? 0;
      budget.end(cost);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return { spent, made, isUsedUp: budget.isUsedUp() };
}

const cents = fc.integer({ min: 1, max: 50 }).map((each) => each / 100);
const jobs = fc.integer({ min: 1, max: 6 });

test("a budget is not exceeded when no call costs more than the first ones may", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cents, { maxLength: 30 }),
      fc.integer({ min: 1, max: 400 }),
      jobs,
      async (costs, limit, jobs) => {
        const { spent } = await callAll(costs, limit / 100, 0.5, jobs);
        expect(spent).toBeLessThanOrEqual(limit / 100 + 1e-9);
      },
    ),
    { numRuns: 60 },
  );
});

test("one call at a time exceeds it by no more than what the last cost more than all before it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(cents, { minLength: 1, maxLength: 30 }), cents, async (costs, limit) => {
      const { spent, made } = await callAll(costs, limit, 0.01, 1);
      const before = Math.max(0.01, ...costs.slice(0, Math.max(0, made - 1)));
      expect(spent).toBeLessThanOrEqual(limit + Math.max(0, (costs[made - 1] ?? 0) - before) + 1e-9);
    }),
    { numRuns: 60 },
  );
});

test("what the budget covers runs: calls are only refused when the most expensive one so far would exceed it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cents, { maxLength: 30 }),
      fc.integer({ min: 1, max: 400 }),
      jobs,
      async (costs, limit, jobs) => {
        const { spent, made, isUsedUp } = await callAll(costs, limit / 100, 0.01, jobs);
        if (made === costs.length) return;
        expect(isUsedUp).toBe(true);
        expect(spent + Math.max(0.01, ...costs.slice(0, made))).toBeGreaterThan(limit / 100 - 1e-9);
      },
    ),
    { numRuns: 60 },
  );
});

test("an unknown cost counts as the dearest so far", async () => {
  expect(await callAll([0.4, null, null, null], 1, 0.01, 1)).toEqual({ spent: 0.4, made: 2, isUsedUp: true });
});

test("an answer that never came counts as the dearest so far", async () => {
  const budget = createBudget(1, 0.4);
  const broken = paidAnswers(() => Promise.reject(new Error("the connection was lost")), budget);
  const ask = { key: "judge:1", question: { kind: "judge" } };
  const { signal } = new AbortController();
  await expect(broken(ask, signal)).rejects.toThrow("the connection was lost");
  await expect(broken(ask, signal)).rejects.toThrow("the connection was lost");
  await expect(broken(ask, signal)).rejects.toThrow(BudgetUsedUp);
  const module = { key: "module:1", question: { kind: "module" } };
  await expect(broken(module, signal)).rejects.toThrow("the connection was lost");
});
