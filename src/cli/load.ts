import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { learnSecrets } from "../project/secrets.ts";
import { parseYaml } from "../project/yaml.ts";
import { findProjectRoot } from "../project/files.ts";
import { type LoadedProject, loadProject } from "../project/load.ts";
import type { Need } from "../project/needs.ts";
import type { Project } from "../project/project.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { scenarioSide } from "../scenarios/rules/rules.ts";
import { renderProblems } from "../problem-text.ts";
import { typedHints } from "./invocation.ts";
import { wantsColor } from "./output.ts";
import { redacted } from "./redacted.ts";
import type { World } from "./world.ts";

/**
 * Reads the project that the current folder is in, as it would be with these texts of files. Its secrets are known from then on.
 */
export async function readProject(
  world: World,
  need: Need = { files: "all" },
  texts: ReadonlyMap<string, string> = new Map(),
): Promise<LoadedProject> {
  const root = await learnProjectSecrets(world);
  return loadProject(root, world.env, scenarioSide, need, texts);
}

/**
 * Makes the secrets and the sensitive values of the project known that the current folder is in, also of one that cannot be read; gives its
 * folder. For before anything is said of it.
 */
export async function learnProjectSecrets({ cwd, env, secrets }: World): Promise<string> {
  const root = findProjectRoot(cwd) ?? cwd;
  const text = await readFile(join(root, "playbill.yaml"), "utf8").catch(() => "");
  if (text !== "") learnSecrets({ value: parseYaml("playbill.yaml", text).value, text }, env, secrets);
  return root;
}

/** The project, for a command that needs this of it: warnings are printed, errors thrown. */
export async function loadSound(world: World, need: Need, unwritten?: ReadonlyMap<string, string>): Promise<Project> {
  return (await loadForTests(world, need, unwritten)).project;
}

/** The same, with what is wrong with its scenarios when they are to be run. */
export async function loadForTests(
  world: World,
  need: Need,
  unwritten?: ReadonlyMap<string, string>,
): Promise<{ project: Project; testProblems: readonly Problem[] }> {
  const { project, problems, testProblems } = await readProject(world, need, unwritten);
  if (project === null) throw new ProblemError(problems);
  warn(world, problems);
  return { project, testProblems };
}

/** Prints problems to the side of a command's results. */
export function warn(world: World, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  // Before lines are cut: what is left of a secret would not be known for one.
  const hidden = redacted(problems, world.secrets);
  const shown = typedHints(hidden, world.command(world.cwd));
  world.stderr.write(renderProblems(shown, { color: wantsColor(world.stderr, world.env) }));
}
