import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createResultsFile } from "../../../src/scenarios/runs/results-file.ts";
import type { RunHeader } from "../../../src/scenarios/runs/run-header.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import { folder } from "../folder.ts";
import { errored, played } from "../reports/results.ts";
import { openStoredRun } from "../../../src/scenarios/runs/stored-run.ts";

const header: RunHeader = {
  run: "run-1",
  project: "desk",
  commit: null,
  playbill: "0.1.0",
  target: "local",
  deployed: false,
  replayed: false,
  repeat: 20,
  all_runs: true,
  seed: 7,
  began: "2026-11-22T10:04:05.123Z",
  scenarios: ["late", "cut[off=1]"],
  resumed: null,
  shard: { number: 1, of: 2, suite: ["late", "cut[off=1]", "other"] },
  merged: null,
};

const named = (id: string): ScenarioResult => ({ ...played(42), id });
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function stored(results: readonly ScenarioResult[]): Promise<string> {
  const file = await createResultsFile(join(await folder(), "results.jsonl"), header);
  for (const result of results) await file.append(result);
  await file.close();
  return file.path;
}

async function readBack(path: string): Promise<{ results: ScenarioResult[]; damaged: number[] }> {
  const damaged: number[] = [];
  const run = await openStoredRun(path);
  return { results: await Array.fromAsync(run.results((line) => damaged.push(line))), damaged };
}

test("results are on disk as they come, a line each, behind a header", async () => {
  const file = await createResultsFile(join(await folder(), "results.jsonl"), header);
  const lines = async () =>
    (await readFile(file.path, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  expect(await lines()).toEqual([expect.objectContaining(header)]);
  await file.append(played(42));
  expect(await lines()).toEqual([expect.objectContaining(header), plain(played(42))]);
  await file.close();
});

test("a file that is there is not written over", async () => {
  const path = await stored([]);
  await expect(createResultsFile(path, header)).rejects.toMatchObject({ code: "EEXIST" });
});

test("what was written is read back, in the order of asking, whatever was said", async () => {
  const text = fc.string({ unit: "binary" }).map((reply) => `\u2028${reply.toWellFormed()}\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 4 }), async (replies) => {
      const results = replies.map((reply, index) => plain({ ...played(42, reply), id: `s${index}` }) as ScenarioResult);
      const file = await createResultsFile(join(await folder(), "results.jsonl"), header);
      for (const result of results) await file.append(result);
      const backwards = results.toReversed();
      expect(await Array.fromAsync(file.read(["gone", ...backwards.map(({ id }) => id)]))).toEqual(backwards);
      await file.close();
      expect(await readBack(file.path)).toEqual({ results, damaged: [] });
      expect((await openStoredRun(file.path)).header).toMatchObject(header);
    }),
    { numRuns: 10 },
  );
});

test("a file that was cut off anywhere gives the results that were whole before", async () => {
  const whole = await stored([named("one"), named("two"), named("three")]);
  const bytes = await readFile(whole);
  const begin = bytes.indexOf("\n") + 1;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: begin, max: bytes.length }), async (length) => {
      await writeFile(whole, bytes);
      await truncate(whole, length);
      const ends = bytes.subarray(0, length).toString().split("\n").length - 2;
      const { results, damaged } = await readBack(whole);
      // A line without its end is whole all the same.
      expect([ends, ends + 1]).toContain(results.length);
      expect(results.map(({ id }) => id)).toEqual(["one", "two", "three"].slice(0, results.length));
      expect(damaged.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 40 },
  );
});

test("a damaged line in the middle is reported by its number, and the others are read", async () => {
  const path = await stored([named("one")]);
  await appendFile(path, '{"id":"half\n[]\n{"id":"x","status":"strange"}\n');
  await appendFile(path, `${JSON.stringify(named("two"))}\n`);
  const { results, damaged } = await readBack(path);
  expect(results.map(({ id }) => id)).toEqual(["one", "two"]);
  expect(damaged).toEqual([3, 4, 5]);
});

test("format 2 is read", async () => {
  const { repeat: _, fingerprint: __, ...rest } = errored;
  const first = { status: "errored", time: 5, record: null, verdicts: [], problems: errored.problems };
  const old = { ...rest, attempts: [first, { status: "errored", time: 7 }] };
  const root = await folder({
    "results.jsonl": `{"format_version":2,"run":"old"}\n${JSON.stringify(old)}\n`,
  });
  const path = join(root, "results.jsonl");
  expect((await openStoredRun(path)).header).toEqual({ format_version: 2, run: "old" });
  expect(await readBack(path)).toMatchObject({
    results: [
      {
        id: errored.id,
        status: "errored",
        repeat: null,
        fingerprint: null,
        attempts: [
          { confirmation: 0, run: 1, attempt: 1, status: "errored", problems: errored.problems },
          { confirmation: 0, run: 1, attempt: 2, status: "errored" },
        ],
      },
    ],
    damaged: [],
  });
});

test.each([
  ["", "damaged_run"],
  ["hello\n", "damaged_run"],
  ['{"format_version":1,"run":"old"}\n', "damaged_run"],
  ['{"format_version":99,"run":"new"}\n', "newer_run"],
])("%j is refused", async (text, code) => {
  const root = await folder({ "results.jsonl": text });
  await expect(openStoredRun(join(root, "results.jsonl"))).rejects.toMatchObject({ problems: [{ code }] });
});
