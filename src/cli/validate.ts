import type { Project } from "../project/project.ts";
import { recordingProblems } from "../project/recordings.ts";
import { loadQuarantine } from "../project/quarantine.ts";
import { problemsOfKeys, resolveTarget } from "../project/resolve-target.ts";
import { type Problem, ProblemError, asWarning, exitCodeOf } from "../problem.ts";
import { readProject } from "../api/load.ts";
import { committedBaseline, loadBaseline } from "../api/testing/baseline-file.ts";
import { knownIds } from "../api/testing/quarantine.ts";
import type { World } from "./world.ts";
import { dialectWarnings } from "./dialect-warnings.ts";
import { problemsForPrograms } from "./invocation.ts";
import { warn } from "./warn.ts";

interface Options {
  target?: string;
  failOnSunset?: number;
  json?: true;
}

/** `playbill validate`: reports every problem in every file. Only the named target needs its environment variables. */
export async function validate(world: World, { target, failOnSunset, json }: Options): Promise<number> {
  const { project, problems, testProblems } = await readProject(world);
  const asked = target ?? (failOnSunset === undefined ? undefined : project?.defaultTarget);
  const ofTarget = project === null ? [] : await targetProblems(project, { target: asked, failOnSunset }, world);
  const kept =
    project === null ? [] : [...recordingProblems(project.root), ...(await baselineProblems(world, project))];
  const all = [...problems, ...testProblems, ...quarantineProblems(world, project), ...kept, ...ofTarget];
  if (json) {
    world.stdout.write(
      `${JSON.stringify({ format_version: 1, valid: exitCodeOf(all) === 0, problems: problemsForPrograms(all, world.command(world.cwd)) }, null, 2)}\n`,
    );
  } else {
    warn(world, all);
    if (project !== null && exitCodeOf(all) === 0) world.stdout.write(`${summary(project)}\n`);
  }
  return exitCodeOf(all);
}

function quarantineProblems({ now }: World, project: Project | null): readonly Problem[] {
  if (project === null) return [];
  const today = new Date(now()).toISOString().slice(0, 10);
  return loadQuarantine(project.root, today, knownIds(project)).problems;
}

/** The problems of the targets' committed baselines. */
async function baselineProblems(world: World, project: Project): Promise<readonly Problem[]> {
  const bases = new Set(knownIds(project).bases);
  const isKnown = (id: string) => bases.has(id.replace(/\[.*$/, ""));
  const read = [...project.targets.keys()].map(async (target) => {
    const owner = { project: project.name, target, isKnown };
    return loadBaseline(world, committedBaseline(project.root, target), owner).then(
      () => [],
      (error: unknown) => {
        if (error instanceof ProblemError) return error.problems;
        throw error;
      },
    );
  });
  return (await Promise.all(read)).flat();
}

/** The problems of a target. For a target that was not named, missing environment variables are no problem. */
async function targetProblems(
  project: Project,
  { target, failOnSunset }: { target: string | undefined; failOnSunset: number | undefined },
  world: World,
): Promise<readonly Problem[]> {
  if (target === undefined) return problemsOfKeys(project, world.env).map(asWarning);
  const { sunsetWarningsOffline } = await import("./sync/sunset.ts");
  try {
    const config = resolveTarget(project, target, world.env);
    return [...sunsetWarningsOffline(world, project, config, failOnSunset), ...dialectWarnings(project, config)];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

function summary({ name, assistants, tools, vectorStores, scenarios }: Project): string {
  const counts: [number, string][] = [
    [assistants.size, "assistant"],
    [tools.size, "tool"],
    [vectorStores.size, "vector store"],
    [scenarios.length, "scenario"],
  ];
  const words = counts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => `${count} ${noun}${count === 1 ? "" : "s"}`);
  return `${name} is valid: ${words.join(", ") || "nothing declared yet"}.`;
}
