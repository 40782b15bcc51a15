import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { isObject, parseJson } from "../../kit/json.ts";
import { type Problem, ProblemError, fail, problem, advice } from "../../problem.ts";
import { readSchema } from "../../project/files.ts";
import { toProblem } from "../../project/finding.ts";
import type { Declared } from "../../project/project.ts";
import { checkSchema } from "../../project/schema-check.ts";
import type { WrittenBaseline } from "../../project/schemas/baseline.ts";
import { locatorOf } from "../../project/source.ts";
import { parseYaml } from "../../project/yaml.ts";
import type { Baseline } from "../../scenarios/baseline/baseline.ts";
import { baselineVersion, readBaseline } from "../../scenarios/baseline/baseline-json.ts";
import { baselinesFolder } from "../../project/folders.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { inShell } from "../../kit/shell.ts";
import type { Context } from "../context.ts";

/** The project and target that a baseline must belong to. */
export interface BaselineOwner {
  project: string;
  target: string;
  /** True when the project has a scenario of that id. */
  isKnown: (id: string) => boolean;
}

/** A baseline, and the name of its file in messages. */
export interface LoadedBaseline {
  file: string;
  baseline: Baseline;
}

/** The path of a target's committed baseline. */
export function committedBaseline(root: string, target: string): string {
  return join(root, baselinesFolder, `${target}.json`);
}

/**
 * Reads a baseline; `path` is relative to the current folder. `null` when there is no such file. Throws a ProblemError with places when it is damaged, of
 * a newer version, or of another suite.
 */
export async function loadBaseline(
  { cwd }: Pick<Context, "cwd">,
  path: string,
  owner: BaselineOwner,
): Promise<LoadedBaseline | null> {
  const full = resolve(cwd, path);
  const file = relative(cwd, full).replaceAll("\\", "/");
  const text = await readText(full);
  if (text === null) return null;
  const value = parse(file, text);
  refuseNewer(file, value);
  const { place } = lazyPlaces(file, text);
  const findings = checkSchema(readSchema("baseline"), value);
  if (findings.length > 0) throw new ProblemError(findings.map((each) => toProblem({ place }, each)));
  // The value was checked against the schema.
  const written = value as WrittenBaseline;
  const problems = [...impossibleCounts(written, place), ...othersProblems(written, owner, place)];
  if (problems.length > 0) throw new ProblemError(problems);
  return { file, baseline: readBaseline(written) };
}

/** A baseline of an earlier commit; `null` for a text that is not a baseline of this version. */
export function parseEarlierBaseline(text: string): Baseline | null {
  const value = parseJson(text);
  if (checkSchema(readSchema("baseline"), value).length > 0) return null;
  // The value was checked against the schema.
  return readBaseline(value as WrittenBaseline);
}

/** The same for a file that must exist. */
export async function loadGivenBaseline(
  context: Pick<Context, "cwd">,
  path: string,
  owner: BaselineOwner,
): Promise<LoadedBaseline> {
  const loaded = await loadBaseline(context, path, owner);
  const at = `--target ${inShell(owner.target)}`;
  return (
    loaded ??
    fail(
      "missing_file",
      `there is no baseline ${path}`,
      advice({
        purpose: "To create one from a run",
        command: `playbill test ${at} --repeat 20 --all-runs && playbill bless ${at} --out ${inShell(path)}`,
      }),
    )
  );
}

/**
 * The times of scenarios with all their runs in milliseconds, by id, from the committed baseline of the target, which is the same on every
 * machine. Empty when there is none.
 */
export async function usualTimes(
  context: Pick<Context, "cwd">,
  root: string,
  scenarios: readonly Scenario[],
  owner: BaselineOwner,
): Promise<ReadonlyMap<string, number>> {
  const loaded = await loadBaseline(context, committedBaseline(root, owner.target), owner);
  const measured = loaded?.baseline.scenarios ?? new Map<string, never>();
  return new Map(
    scenarios.flatMap(({ id, repeat }): [string, number][] => {
      const latency = measured.get(id)?.measures.latency;
      return latency == null ? [] : [[id, latency.median * repeat.runs]];
    }),
  );
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return null;
    return fail("not_a_file", `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parse(file: string, text: string): unknown {
  try {
    // An editor may add a byte order mark; replacing it with a space keeps the positions.
    return JSON.parse(text.replace(/^\uFEFF/, " "));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The engine reports no position for the first character or the end.
    const unsaid = message.startsWith("Unexpected end") ? text.trimEnd().length : 0;
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? unsaid);
    return fail(
      "damaged_baseline",
      `${file} is not JSON: ${message.replace(/,? (?:in JSON at position|"[^]*is not valid JSON).*$/s, "")}`,
      {
        hint: "Restore it from Git, or remove it and bless a run again.",
        place: locatorOf(file, text)(position, position + 1),
      },
    );
  }
}

function refuseNewer(file: string, value: unknown): void {
  const version = isObject(value) ? value["format_version"] : undefined;
  if (typeof version !== "number" || version <= baselineVersion) return;
  fail("newer_baseline", `${file} was written by a later version of Playbill (format ${version})`, {
    hint: "Use that version, or bless a run again.",
  });
}

/** Computes places on demand: they cost more than reading the file, and are only needed for faults. */
function lazyPlaces(file: string, text: string): Pick<Declared<unknown>, "place"> {
  let known: Declared<unknown>["place"] | null = null;
  return {
    place: (...given) => {
      known ??= parseYaml(file, text).place;
      return known(...given);
    },
  };
}

function impossibleCounts({ scenarios }: WrittenBaseline, place: Declared<unknown>["place"]): Problem[] {
  return Object.entries(scenarios)
    .filter(([, { passed, counted }]) => passed > counted)
    .map(([id, { passed, counted }]) =>
      problem("out_of_range", `${passed} of ${counted} runs cannot have passed`, {
        place: place(["scenarios", id, "passed"], "value"),
      }),
    );
}

function othersProblems(
  written: WrittenBaseline,
  { project, target, isKnown }: BaselineOwner,
  place: Declared<unknown>["place"],
): Problem[] {
  const other = (message: string, key: "project" | "target" | "scenarios", hint: string) => [
    problem("other_baseline", message, { hint, place: place([key], key === "scenarios" ? "key" : "value") }),
  ];
  if (written.project !== project)
    return other(
      `the baseline is of the project ${written.project}, not of ${project}`,
      "project",
      "Use another file.",
    );
  if (written.target !== target) {
    const hint = `Use a separate baseline for each target, or run with --target ${written.target}.`;
    return other(`the baseline is of the target ${written.target}, not of ${target}`, "target", hint);
  }
  const ids = Object.keys(written.scenarios);
  if (ids.length === 0 || ids.some(isKnown)) return [];
  return other("the baseline has no scenario of this project", "scenarios", "Use another file, or bless a run again.");
}
