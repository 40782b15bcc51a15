import { expect, test } from "vitest";
import { problem } from "../../../src/problem.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import { resultWithoutRun } from "../../../src/scenarios/results/scenario-result.ts";
import { addResult, emptySummary, exitCodeOfRun } from "../../../src/scenarios/results/summary.ts";
import { scenario } from "../scenario.ts";

const skipped = resultWithoutRun(scenario("assistant: a\nturns: [{ user: hi }]"), "skipped", "later");
const passed: ScenarioResult = { ...skipped, status: "passed" };
const failed: ScenarioResult = { ...skipped, status: "failed" };
const broken: ScenarioResult = { ...skipped, status: "errored", problems: [problem("turn_timeout", "slow")] };
const undecided: ScenarioResult = { ...skipped, status: "inconclusive" };
const invalid: ScenarioResult = {
  ...skipped,
  status: "errored",
  problems: [problem("unanswered_call", "no")],
};

test.each([
  [[], false, 0],
  [[passed, skipped], false, 0],
  [[passed, failed, broken, invalid], false, 1],
  [[passed, broken, invalid], false, 4],
  [[passed, undecided, broken], false, 5],
  [[passed, undecided], false, 7],
  [[passed, failed], true, 130],
])("exit code of %# is right", (results, interrupted, code) => {
  expect(exitCodeOfRun(results.reduce(addResult, emptySummary), interrupted)).toBe(code);
});
