import { desiredResources } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { type SunsetSources, modelUses, sunsetProblems } from "../../project/sunset/sunset.ts";
import { type Place, type Problem, ProblemError } from "../../problem.ts";
import type { Desired } from "../../resources/resource.ts";
import type { OpenTarget } from "../../api/open-target.ts";
import type { World } from "../world.ts";

/** The sources of shutdown dates: the embedded server serves any model, other targets are queried. */
export async function sunsetSources(project: Project, { isEmbedded, target }: OpenTarget): Promise<SunsetSources> {
  return { declared: project.sunset, offered: isEmbedded ? new Map() : await target.shutdownDates() };
}

/** Warnings about shutdowns of declared models; within `failOn` days they are errors. */
export function sunsetWarnings(
  { now }: Pick<World, "now">,
  project: Project,
  desired: readonly Desired[],
  sources: SunsetSources,
  failOn: number | undefined,
): Problem[] {
  const placeOf = (address: string): Place | undefined =>
    project.assistants.get(address.replace(/^assistant\./, ""))?.place(["model"]);
  return sunsetProblems(modelUses(desired), sources, { now: now(), failOn: failOn ?? null, placeOf });
}

/** The same warnings without contacting the target. Files that cannot be resolved for it are skipped. */
export function sunsetWarningsOffline(
  world: Pick<World, "now">,
  project: Project,
  target: ResolvedTarget,
  failOn: number | undefined,
): Problem[] {
  const sources = { declared: project.sunset, offered: target.server === "embedded" ? new Map<string, null>() : null };
  try {
    return sunsetWarnings(
      world,
      project,
      desiredResources(project, target, () => false),
      sources,
      failOn,
    );
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}
