import { expect, test } from "vitest";
import { historyOf, isSameSuite } from "../../../../src/scenarios/reports/html/history.ts";
import { emptySummary } from "../../../../src/scenarios/results/summary.ts";
import { createResultsFile } from "../../../../src/scenarios/runs/results-file.ts";
import { runEndOf } from "../../../../src/scenarios/runs/run-end.ts";
import type { RunHeader } from "../../../../src/scenarios/runs/run-header.ts";
import { openStoredRun } from "../../../../src/scenarios/runs/stored-run.ts";
import { temporaryFolder } from "../../../cli/run.ts";
import { played } from "../results.ts";

const header: RunHeader = {
  run: "now",
  project: "desk",
  commit: null,
  playbill: "0.1.0",
  target: "local",
  deployed: false,
  replayed: false,
  repeat: null,
  all_runs: false,
  seed: 1,
  began: "2026-11-22T10:04:05.123Z",
  scenarios: ["a", "b", "c", "d"],
  resumed: null,
  shard: null,
  merged: null,
};
const counts = (passed: number, failed: number) => ({ ...emptySummary.counts, passed, failed });

test("runs of mostly the same scenarios are listed, the oldest first, from their first and last lines", async () => {
  await using folder = await temporaryFolder();
  const stored = async (run: string, more: Partial<RunHeader>, ended: [number, number] | null) => {
    const path = `${folder.path}/${run}.jsonl`;
    const file = await createResultsFile(path, { ...header, run, ...more });
    // A result that is longer than what is read of a file's end.
    await file.append({ ...played(4), name: "x".repeat(100_000) });
    if (ended !== null) {
      const summary = { ...emptySummary, counts: counts(...ended) };
      const end = { summary, time: 1, exitCode: 0, interrupted: false, isBudgetUsedUp: false };
      await file.end(runEndOf(end));
    }
    await file.close();
    return openStoredRun(path);
  };
  const runs = [
    await stored("killed", {}, null),
    await stored("one", { scenarios: ["a"] }, [1, 0]),
    await stored("deployed", { deployed: true }, [4, 0]),
    await stored("three", { scenarios: ["a", "b", "c"] }, [1, 2]),
    await stored("oldest", {}, [4, 0]),
  ];
  async function* earlier() {
    yield* runs;
  }
  const history = await historyOf({ ...header, format_version: 3 }, counts(3, 1), earlier());
  expect(history.map(({ run, passed, counted }) => [run, passed, counted])).toEqual([
    ["oldest", 4, 4],
    ["three", 1, 3],
    ["now", 3, 4],
  ]);
  for (const { low, high, passed, counted } of history) {
    expect(low).toBeLessThanOrEqual(passed / counted);
    expect(high).toBeGreaterThanOrEqual(passed / counted);
  }
});

test.each([
  [["a", "b"], ["a", "b"], true],
  [["a", "b", "c"], ["a", "b", "d"], true],
  [["a", "b"], ["c", "d"], false],
  [["a", "b", "c"], ["a"], false],
  [[], [], false],
])("%j and %j are the same suite: %j", (scenarios, others, isSame) => {
  const one = { run: "x", format_version: 3, scenarios };
  expect(isSameSuite(one, { ...one, scenarios: others })).toBe(isSame);
});
