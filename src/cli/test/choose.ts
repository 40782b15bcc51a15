import { relative, resolve } from "node:path";
import { type Problem, ProblemError, fail } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import { lastRun } from "../../scenarios/runs/runs-folder.ts";
import { countsOf, damagedText, leftOf } from "../../scenarios/runs/unfinished.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { selectScenarios } from "../../scenarios/selection/select.ts";
import type { IsAskedFor } from "../../api/expansion.ts";
import type { World } from "../world.ts";
import type { TestOptions } from "./test-options.ts";

/** Says which files a command line asks for, by their path and id: what else is asked of scenarios is known when they are read. */
export function isAskedFor(world: World, paths: readonly string[], { id: ids = [] }: TestOptions): IsAskedFor {
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  const chosen = paths.map((path) => relative(root, resolve(world.cwd, path)).replaceAll("\\", "/"));
  const addresses = ids.map((id) => `scenario.${id.replace(/\[.*$/, "")}`);
  return (address: string, file: string): boolean =>
    address.startsWith("scenario.") &&
    (chosen.length === 0 || chosen.some((path) => path === "" || file === path || file.startsWith(`${path}/`))) &&
    (addresses.length === 0 || addresses.includes(address));
}

/** The scenarios that a command line asks for; paths are from the current folder. Throws a ProblemError when there is none. */
export function chooseScenarios(
  world: World,
  project: Project,
  all: readonly Scenario[],
  paths: readonly string[],
  options: TestOptions,
): Scenario[] {
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

/**
 * Of these scenarios those that did not end well in the last run at that target, which is said; none when all of that run did. Throws a ProblemError
 * when there was no run, or when none of these is among those that did not.
 */
export async function failedLast(
  world: World,
  root: string,
  target: string,
  asked: readonly Scenario[],
): Promise<Scenario[]> {
  const run = await lastRun(root, target);
  if (run === null) {
    return fail("unknown_run", `no run at ${target} is stored in .playbill/runs`, {
      hint: "Leave out --last-failed: the next time there is one.",
    });
  }
  const { total, bad } = await leftOf(run, (line) => world.stderr.write(damagedText(run.header.run, line)));
  const about = `the last run (${run.header.run}, ${total} ${total === 1 ? "scenario" : "scenarios"})`;
  if (bad.size === 0) {
    world.stderr.write(`nothing failed in ${about}, so nothing is run\n`);
    return [];
  }
  const chosen = asked.filter(({ id }) => bad.has(id));
  if (chosen.length === 0) {
    return fail("no_scenarios", `none of the ${bad.size} that did not pass in ${about} fits what was asked for`, {
      hint: "Leave out the paths and the other flags, one by one; a scenario may be gone, too.",
    });
  }
  const counts = countsOf(chosen.flatMap(({ id }) => bad.get(id) ?? []));
  const gone = bad.size - chosen.length;
  const others = gone === 0 ? "" : `; ${gone} more are not selected or not there any more`;
  world.stderr.write(`running ${chosen.length} of ${about}: ${counts}${others}\n`);
  return chosen;
}

/** Refuses scenarios that cannot be run as they are; those that were not asked for do not matter. */
export function refuseUnfit(selected: readonly Scenario[], problems: readonly Problem[]): void {
  const files = new Set(selected.map(({ file }) => file));
  const found = problems.filter(({ severity, place }) => severity === "error" && files.has(place?.file ?? ""));
  if (found.length > 0) throw new ProblemError(found);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
