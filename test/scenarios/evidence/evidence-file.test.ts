import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ownHolder } from "../../../src/kit/holder.ts";
import { type ScenarioEvidence, noEvidence, withScenarios } from "../../../src/scenarios/evidence/evidence.ts";
import { changeEvidence, readEvidence } from "../../../src/scenarios/evidence/evidence-file.ts";
import { temporaryFolder } from "../../cli/run.ts";

const shown = (run: string): ScenarioEvidence => ({
  assistant: "desk",
  asked: 1,
  passed: 1,
  counted: 1,
  status: "passed",
  scenario: { "turns.1": "1" },
  paths: new Map([["-", 1]]),
  measures: { latency: null, tokens: null, cost: null },
  failures: new Map(),
  against: null,
  at: "2026-11-25T10:00:00.000Z",
  run,
  playbill: "0.1.0",
});

const empty = noEvidence({
  project: "desk",
  target: "live",
  origin: "https://one.example",
  model: "m",
  assistant: { instructions: "1" },
});

const add = (root: string, id: string) =>
  changeEvidence(root, "evidence", ([known = empty]) => [withScenarios(known, [[id, shown(id)]])]);

test("what runs show at the same time is all kept, and nothing is left beside it", async () => {
  await using folder = await temporaryFolder();
  const ids = Array.from({ length: 20 }, (_, index) => `s${String(index).padStart(2, "0")}`);
  await Promise.all(ids.map((id) => add(folder.path, id)));
  const { evidence, problems } = await readEvidence(folder.path, "evidence");
  expect([...evidence[0]!.scenarios.keys()]).toEqual(ids);
  expect(problems).toEqual([]);
  expect(await readdir(folder.path)).toEqual(["evidence"]);
});

test("a process that was killed while it wrote blocks no other process", async () => {
  await using folder = await temporaryFolder();
  const { stdout } = await promisify(execFile)("sh", ["-c", "echo $$"]);
  const dead = { ...ownHolder(), pid: Number(stdout), began: null };
  await writeFile(join(folder.path, "evidence.lock"), JSON.stringify(dead));
  await add(folder.path, "one");
  expect((await readEvidence(folder.path, "evidence")).evidence[0]?.scenarios.size).toBe(1);
});
