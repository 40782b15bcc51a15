import { expect, test } from "vitest";
import { groupRows, sortRows } from "../../src/page-data/filter.ts";
import { row } from "./row.ts";

const rows = [
  row({ id: "slow", status: "passed", time: 9_000, tags: ["a", "b"] }),
  row({ id: "bad", status: "failed", cost: 0.2, cause: "was not called", tags: ["a"] }),
  row({ id: "away", status: "errored", cause: "did not answer" }),
  row({ id: "worse", status: "failed", cause: "was not called" }),
];

test.each([
  ["worst", ["bad", "worse", "away", "slow"]],
  ["file", ["slow", "bad", "away", "worse"]],
  ["time", ["slow", "bad", "away", "worse"]],
  ["cost", ["bad", "slow", "away", "worse"]],
] as const)("sorted by %s", (sort, ids) => {
  expect(sortRows(rows, sort).map(({ id }) => id)).toEqual(ids);
});

test.each([
  ["cause", { "was not called": ["bad", "worse"], passed: ["slow"], "did not answer": ["away"] }],
  ["tag", { a: ["slow", "bad"], "no tag": ["away", "worse"], b: ["slow"] }],
] as const)("grouped by %s, the largest first", (group, expected) => {
  const made = groupRows(rows, group).map((each) => [each.name, each.rows.map(({ id }) => id)]);
  expect(made).toEqual(Object.entries(expected));
});
