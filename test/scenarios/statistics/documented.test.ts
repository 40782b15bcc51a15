import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { alpha } from "../../../src/scenarios/statistics/compare.ts";
import { logChoose } from "../../../src/scenarios/statistics/fisher.ts";
import { powerOf } from "../../../src/scenarios/statistics/power.ts";
import { wilsonInterval } from "../../../src/scenarios/statistics/wilson.ts";

const page = readFileSync(new URL("../../../docs/statistics.md", import.meta.url), "utf8");

test("the intervals of the docs are those that are worked out", () => {
  const rows = [...page.matchAll(/^\| (\d+) of (\d+) \| (\d+)-(\d+) % \|$/gm)].map((row) => row.slice(1).map(Number));
  expect(rows.length).toBeGreaterThan(4);
  for (const [passed = 0, counted = 0, ...range] of rows) {
    const { low, high } = wilsonInterval(passed, counted);
    expect([low, high].map((each) => Math.round(each * 100))).toEqual(range);
  }
});

test("the probabilities of finding a fall that the docs say are those of the test, over what a baseline may have", () => {
  const pattern = /^\| (\d+) \| (\d+) \| (\d+) % \| (\d+) % \| (\d+) % \|$/gm;
  const rows = [...page.matchAll(pattern)].map((row) => row.slice(1).map(Number));
  expect(rows.length).toBeGreaterThan(4);
  for (const [runs = 0, scenarios = 1, ...percents] of rows) {
    const falls: [number, number][] = [
      [1, 0.5],
      [1, 0.7],
      [0.9, 0.45],
    ];
    expect(falls.map(([before, after]) => percentFound(runs, before, after, alpha / scenarios))).toEqual(percents);
  }
});

function percentFound(runs: number, before: number, after: number, level: number): number {
  let sum = 0;
  for (let passed = 0; passed <= runs; passed++) {
    const weight = probability(passed, runs, before);
    if (weight > 1e-9) sum += weight * powerOf({ passed, counted: runs }, runs, after, level);
  }
  return Math.round(sum * 100);
}

function probability(passed: number, runs: number, rate: number): number {
  if (rate === 1) return passed === runs ? 1 : 0;
  return Math.exp(logChoose(runs, passed) + passed * Math.log(rate) + (runs - passed) * Math.log1p(-rate));
}
