import { expandAll } from "../../api/expansion.ts";
import { readProject } from "../../api/load.ts";
import { ProblemError } from "../../problem.ts";
import type { Project } from "../../project/project.ts";
import { resolveWithoutConnection } from "../../project/resolve-target.ts";
import { createSuiteCoverage, type SuiteCoverage } from "../../scenarios/coverage/suite-coverage.ts";
import { leftOutParagraphs } from "../../scenarios/mutation/mutations-folder.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { World } from "../world.ts";

/** The coverage of a suite at a target before any run, with what mutations showed about its paragraphs. The result contains no secrets. */
export async function openSuiteCoverage(
  { secrets }: Pick<World, "secrets">,
  project: Project,
  scenarios: readonly Scenario[],
  target: string,
): Promise<SuiteCoverage> {
  const suite = createSuiteCoverage(project, scenarios, await leftOutParagraphs(project.root, target));
  return { ...suite, coverage: () => secrets.redactJson(suite.coverage()) };
}

/** True if one of these reporters shows coverage. */
export function showsCoverage(reporters: readonly string[]): boolean {
  return reporters.some((each) => each.split("=")[0] === "html");
}

/** The coverage of the suite of a stored run, for the project as it is now; `null` when there is none or it cannot be read. */
export async function storedSuiteCoverage(world: World, target: string | undefined): Promise<SuiteCoverage | null> {
  try {
    const { project } = await readProject({ ...world, tell: () => {} });
    if (project === null) return null;
    const config = resolveWithoutConnection(project, target, world.env);
    return await openSuiteCoverage(world, project, expandAll(project, config), config.name);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}
