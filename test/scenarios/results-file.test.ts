import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createResultsFile } from "../../src/scenarios/results-file.ts";
import { folder } from "./folder.ts";
import { errored, played } from "./reports/results.ts";

test("results are on disk as they come, a line each", async () => {
  const root = await folder();
  const file = await createResultsFile(root, "run-1");
  const lines = async () =>
    (await readFile(join(root, ".playbill/runs/run-1/results.jsonl"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  expect(await lines()).toEqual([{ format_version: 2, run: "run-1" }]);
  await file.append(played(42));
  await file.append(errored);
  await file.close();
  expect(await lines()).toEqual([{ format_version: 2, run: "run-1" }, played(42), errored]);
});
