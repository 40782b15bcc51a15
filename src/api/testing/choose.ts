import { relative, resolve } from "node:path";
import { type Problem, ProblemError, fail } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { selectScenarios } from "../../scenarios/selection/select.ts";
import type { Context } from "../context.ts";
import type { IsAskedFor } from "../expansion.ts";

/** Filters for scenarios. All given filters must match; within one, any value may match. */
export interface ScenarioSelection {
  /** Files or folders, from the current folder. */
  paths?: readonly string[] | undefined;
  /** Ids with or without a matrix cell. */
  ids?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  notTags?: readonly string[] | undefined;
  /** A regular expression on id and name; the prefix `(?i)` ignores case. */
  grep?: string | undefined;
}

/** Returns a filter for files by path and id; other filters apply after reading. @internal */
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

/** The selected scenarios. Throws a ProblemError when there is none. @internal */
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
    all.length === 0 ? "this project has no scenarios" : "no scenario matches the selection",
    {
      hint: all.length === 0 ? "Create one in scenarios/NAME.yaml." : "Remove tags, patterns or paths one by one.",
    },
  );
}

/** Refuses selected scenarios that cannot be run; others do not matter. @internal */
export function refuseUnfit(selected: readonly Scenario[], problems: readonly Problem[]): void {
  const files = new Set(selected.map(({ file }) => file));
  const found = problems.filter(({ severity, place }) => severity === "error" && files.has(place?.file ?? ""));
  if (found.length > 0) throw new ProblemError(found);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
