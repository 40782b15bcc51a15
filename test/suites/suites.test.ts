import { readFile, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { run, temporaryFolder } from "../cli/run.ts";

// Conversations in the manner of public suites, as a project of their own: look up, confirm, act; what is missing is asked for; what no
// tool does is not pretended; policies hold when somebody pushes. Each has mutants: scripts of an assistant that does the wrong thing,
// which shows that what is expected can fail, and where.

const project = join(import.meta.dirname, "project");
const scenarios = join(project, "scenarios");
const files = (await readdir(scenarios, { recursive: true })).filter(
  (file) => file.endsWith(".yaml") && basename(file) !== "defaults.yaml",
);

/** An assistant that does something wrong in one turn. */
interface Mutant {
  scenario: string;
  id: string;
  /** In words that go on after "an assistant that". */
  does: string;
  /** The turn that it plays otherwise, from 1. */
  turn: number;
  script: unknown[];
  /** What it fails by; `null` is the whole conversation. */
  fails: { turn: number | null; subject: string };
}

const mutants = (
  await Promise.all(
    files.map(async (file): Promise<Mutant[]> => {
      const scenario = basename(file, ".yaml");
      const text = await readFile(join(import.meta.dirname, "mutants", `${scenario}.yaml`), "utf8");
      const written = parse(text) as Omit<Mutant, "scenario" | "id">[];
      return written.map((each, index) => Object.assign(each, { scenario, id: `${scenario}--${index + 1}` }));
    }),
  )
).flat();

test("twenty conversations go as they should", async () => {
  expect(files).toHaveLength(20);
  await using copy = await temporaryFolder(project);
  const { exitCode, output } = await run(copy.path, ["test"]);
  expect(exitCode, output).toBe(0);
  expect(output).toContain("20 passed");
  expect(output).not.toContain("warning[");
});

test("each has a mutant", () => {
  const played = new Set(mutants.map(({ scenario }) => scenario));
  expect(files.map((file) => basename(file, ".yaml")).filter((name) => !played.has(name))).toEqual([]);
});

describe("an assistant that", () => {
  const results = new Map<string, ScenarioResult>();

  beforeAll(async () => {
    await using copy = await temporaryFolder(project);
    for (const file of files) {
      const written = parse(await readFile(join(scenarios, file), "utf8")) as { turns: { script: unknown }[] };
      await rm(join(copy.path, "scenarios", file));
      for (const { scenario, id, turn, script } of mutants) {
        if (scenario !== basename(file, ".yaml")) continue;
        const turns = written.turns.map((each, index) =>
          index === turn - 1 ? Object.assign({}, each, { script }) : each,
        );
        await copy.write(join("scenarios", file.replace(scenario, id)), stringify({ ...written, id, turns }));
      }
    }
    const { stdout, output } = await run(copy.path, ["test", "--reporter", "json"]);
    expect(stdout, output).toMatch(/^\{/);
    for (const result of (JSON.parse(stdout) as { results: ScenarioResult[] }).results) results.set(result.id, result);
  });

  test.each(mutants)("$does fails $scenario", ({ id, fails }) => {
    const result = results.get(id);
    expect(result).toMatchObject({ status: "failed", problems: [] });
    const misses = result?.verdicts.filter(({ pass, severity }) => !pass && severity === "gate") ?? [];
    expect(misses.map(({ turn, subject }) => ({ turn, subject }))).toContainEqual(fails);
  });
});
