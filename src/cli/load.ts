import { findProjectRoot } from "../project/files.ts";
import { type LoadedProject, loadProject } from "../project/load.ts";
import type { Project } from "../project/project.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { scenarioSide } from "../scenarios/rules/rules.ts";
import { renderProblems } from "../problem-text.ts";
import { typedHints } from "./invocation.ts";
import { wantsColor } from "./output.ts";
import type { World } from "./world.ts";

/** Reads the project that the current folder is in. */
export function readProject(world: World): Promise<LoadedProject> {
  return loadProject(findProjectRoot(world.cwd) ?? world.cwd, world.env, scenarioSide);
}

/** The project, for a command that needs a sound one: warnings are printed, errors thrown. */
export async function loadSound(world: World): Promise<Project> {
  return (await loadForTests(world)).project;
}

/** The same, with what is wrong with its scenarios when they are to be run. */
export async function loadForTests(world: World): Promise<{ project: Project; testProblems: readonly Problem[] }> {
  const { project, problems, testProblems } = await readProject(world);
  if (project === null) throw new ProblemError(problems);
  warn(world, problems);
  return { project, testProblems };
}

/** Prints problems to the side of a command's results. */
export function warn(world: World, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const shown = typedHints(problems, world.command(world.cwd));
  world.stderr.write(renderProblems(shown, { color: wantsColor(world.stderr, world.env) }));
}
