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
import type { Context } from "./context.ts";

/**
 * Reads the project of the current folder, with these texts in place of files. Registers its secrets.
 */
export async function readProject(
  context: Omit<Context, "signal">,
  need: Need = { files: "all" },
  texts: ReadonlyMap<string, string> = new Map(),
): Promise<LoadedProject> {
  const root = await learnProjectSecrets(context);
  return loadProject(root, context.env, scenarioSide, need, texts);
}

/**
 * Registers the secrets and sensitive values of the current folder's project, even if it cannot be read; returns its
 * folder. Call it before printing anything about the project.
 */
export async function learnProjectSecrets({ cwd, env, secrets }: Omit<Context, "signal">): Promise<string> {
  const root = findProjectRoot(cwd) ?? cwd;
  const text = await readFile(join(root, "playbill.yaml"), "utf8").catch(() => "");
  if (text !== "") learnSecrets({ value: parseYaml("playbill.yaml", text).value, text }, env, secrets);
  return root;
}

/** The valid project for a command with these needs: warnings are reported, errors thrown. */
export async function loadSound(
  context: Omit<Context, "signal">,
  need: Need,
  unwritten?: ReadonlyMap<string, string>,
): Promise<Project> {
  return (await loadForTests(context, need, unwritten)).project;
}

/** The same, with problems that matter for running scenarios. */
export async function loadForTests(
  context: Omit<Context, "signal">,
  need: Need,
  unwritten?: ReadonlyMap<string, string>,
): Promise<{ project: Project; testProblems: readonly Problem[] }> {
  const { project, problems, testProblems } = await readProject(context, need, unwritten);
  if (project === null) throw new ProblemError(problems);
  if (problems.length > 0) context.tell({ kind: "warnings", problems });
  return { project, testProblems };
}
