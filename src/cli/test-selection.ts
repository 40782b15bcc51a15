import { relative, resolve } from "node:path";
import type { Project } from "../project/project.ts";
import { fail } from "../problem.ts";
import type { ExpandedScenario } from "../scenarios/expand.ts";
import { selectScenarios } from "../scenarios/select.ts";
import type { TestOptions } from "./test-options.ts";
import type { World } from "./world.ts";

/** The scenarios that a command line asks for; paths are from the current folder. Throws a ProblemError when there is none. */
export function select(
  world: World,
  project: Project,
  all: ExpandedScenario[],
  paths: string[],
  options: TestOptions,
): ExpandedScenario[] {
  const fromRoot = (path: string) => relative(project.root, resolve(world.cwd, path)).replaceAll("\\", "/");
  const selection = {
    paths: paths.map(fromRoot),
    tags: options.tag ?? [],
    notTags: options.notTag ?? [],
    grep: options.grep ?? null,
    ids: options.id ?? [],
  };
  const selected = selectScenarios(all, selection, isSet(world.env.CI));
  if (selected.length > 0) return selected;
  return fail(
    "no_scenarios",
    all.length === 0 ? "this project has no scenarios" : "no scenario fits what was asked for",
    {
      hint:
        all.length === 0
          ? "Write one: scenarios/NAME.yaml"
          : "Leave out --tag, --not-tag, --grep or the paths, one by one.",
    },
  );
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
