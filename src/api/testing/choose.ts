import { relative, resolve } from "node:path";
import { type Problem, ProblemError, fail } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { selectScenarios } from "../../scenarios/selection/select.ts";
import type { Context } from "../context.ts";
import type { IsAskedFor } from "../expansion.ts";

/** Which scenarios are meant. Each that is given narrows the choice; within one, any may fit. */
export interface ScenarioSelection {
  /** Files or folders, from the current folder. */
  paths?: readonly string[] | undefined;
  /** With or without a cell of a matrix. */
  ids?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  notTags?: readonly string[] | undefined;
  /** A regular expression on id and name; `(?i)` in front of it ignores case. */
  grep?: string | undefined;
}

/** Says which files are asked for, by their path and id: what else is asked of scenarios is known when they are read. @internal */
export function isAskedFor(
  { cwd }: Pick<Context, "cwd">,
  { paths = [], ids = [] }: Pick<ScenarioSelection, "paths" | "ids">,
): IsAskedFor {
  const root = findProjectRoot(cwd) ?? cwd;
  const chosen = paths.map((path) => relative(root, resolve(cwd, path)).replaceAll("\\", "/"));
  const addresses = ids.map((id) => `scenario.${id.replace(/\[.*$/, "")}`);
  return (address: string, file: string): boolean =>
    address.startsWith("scenario.") &&
    (chosen.length === 0 || chosen.some((path) => path === "" || file === path || file.startsWith(`${path}/`))) &&
    (addresses.length === 0 || addresses.includes(address));
}

/** The scenarios that are asked for. Throws a ProblemError when there is none. @internal */
export function chooseScenarios(
  { cwd, env }: Pick<Context, "cwd" | "env">,
  { root }: Pick<Project, "root">,
  all: readonly Scenario[],
  { paths = [], ids = [], tags = [], notTags = [], grep }: ScenarioSelection,
): Scenario[] {
  const fromRoot = (path: string) => relative(root, resolve(cwd, path)).replaceAll("\\", "/");
  const selection = { paths: paths.map(fromRoot), tags, notTags, grep: grep ?? null, ids };
  const selected = selectScenarios(all, selection, isSet(env.CI));
  if (selected.length > 0) return selected;
  return fail(
    "no_scenarios",
    all.length === 0 ? "this project has no scenarios" : "no scenario fits what was asked for",
    {
      hint:
        all.length === 0 ? "Write one: scenarios/NAME.yaml" : "Leave out the tags, the words or the paths, one by one.",
    },
  );
}

/** Refuses scenarios that cannot be run as they are; those that were not asked for do not matter. @internal */
export function refuseUnfit(selected: readonly Scenario[], problems: readonly Problem[]): void {
  const files = new Set(selected.map(({ file }) => file));
  const found = problems.filter(({ severity, place }) => severity === "error" && files.has(place?.file ?? ""));
  if (found.length > 0) throw new ProblemError(found);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
