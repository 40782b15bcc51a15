import { join, parse } from "node:path";
import { createRandom, randomSeed } from "../../kit/random.ts";
import { fail } from "../../problem.ts";
import { sideSample, type SideSample } from "../../scenarios/side-by-side/side.ts";
import { compareSides, exitCodeOfSides } from "../../scenarios/side-by-side/compare.ts";
import { renderSides } from "../../scenarios/side-by-side/render.ts";
import { findProjectRoot } from "../../project/files.ts";
import { listRuns } from "../../scenarios/runs/runs-folder.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { World } from "../world.ts";
import type { TestOptions } from "./test-options.ts";

/** Runs the scenarios once and passes on every result as it arrives; returns the exit code. */
export type RunSide = (
  world: World,
  options: TestOptions,
  take: (result: ScenarioResult) => Promise<void>,
) => Promise<number>;

/** The version of what `--targets --json` prints; a change that breaks readers raises it. */
const formatVersion = 1;

/** Exit codes of sides without complete results, in order of precedence. */
const unfinished = [4, 5, 6];

/**
 * Runs the scenarios at two targets, or with two models, one after the other, and prints the differences. Throws a ProblemError unless
 * exactly two are named.
 */
export async function testSideBySide(world: World, options: TestOptions, run: RunSide): Promise<number> {
  const { targets, models, json, reporter, ...rest } = options;
  const names = twoOf(targets ?? models ?? [], targets === undefined ? "--models" : "--targets");
  reporter?.forEach(checkHasFile);
  const seed = options.seed ?? randomSeed(Math.random);
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  const samples: SideSample[][] = [];
  const stored: string[] = [];
  const codes = new Set<number>();
  for (const name of names) {
    const own = { ...rest, ...(reporter !== undefined && { reporter: reporter.map((each) => ofSide(each, name)) }) };
    const side = targets === undefined ? { ...own, model: name } : { ...own, target: name };
    world.stderr.write(`\n${name}:\n`);
    const results: SideSample[] = [];
    // The output is the table; each side is stored as its own run.
    const quiet = json === true ? { ...world, stdout: { ...world.stdout, write: () => {} } } : world;
    const code = await run(
      quiet,
      { ...side, seed, allRuns: true },
      async (result) => void results.push(sideSample(result)),
    );
    if (code === 130) return code;
    codes.add(code);
    samples.push(results);
    stored.push(...(await listRuns(root)).slice(-1).map((id) => `${name} is the run ${id}`));
  }
  const [first = [], second = []] = samples;
  const compared = compareSides(names, first, second, createRandom(seed));
  if (json === true) world.stdout.write(`${JSON.stringify({ format_version: formatVersion, ...compared }, null, 2)}\n`);
  else world.stdout.write(`\n${renderSides(compared)}`);
  world.stderr.write(`\n${stored.join("; ")}: ${world.command(world.cwd)} report RUN --reporter html=FILE\n`);
  const code = exitCodeOfSides(compared);
  return code === 1 ? code : (unfinished.find((each) => codes.has(each)) ?? code);
}

/** Checks that a reporter has a file: standard output has the table, and each side reports to its own file. */
function checkHasFile(reporter: string): void {
  if (reporter.includes("=")) return;
  fail("bad_flag", `--reporter ${reporter} needs a file when two sides are compared`, {
    hint: `For example: --reporter ${reporter}=report, which writes report.NAME for each side.`,
  });
}

/** `junit=report.xml` as `junit=report.prod.xml`. */
function ofSide(reporter: string, side: string): string {
  const { dir, name, ext } = parse(reporter.slice(reporter.indexOf("=") + 1));
  return `${reporter.slice(0, reporter.indexOf("="))}=${join(dir, `${name}.${side.replaceAll(/[^\w.-]/g, "_")}${ext}`)}`;
}

function twoOf(names: readonly string[], flag: string): [string, string] {
  const [first, second, ...more] = names;
  if (first !== undefined && second !== undefined && more.length === 0 && first !== second) return [first, second];
  const example = flag === "--targets" ? "--targets staging,prod" : "--models gpt-4o-mini,gpt-6-luna";
  return fail("bad_flag", `${flag} takes two different names, with a comma between them`, {
    hint: `For example: ${example}`,
  });
}
