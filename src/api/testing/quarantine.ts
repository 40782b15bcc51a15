import { ProblemError } from "../../problem.ts";
import type { Project } from "../../project/project.ts";
import { type KnownIds, loadQuarantine, type Quarantines } from "../../project/quarantine.ts";
import type { Context } from "../context.ts";

/** The quarantine of a project, by scenario id; `cells` are the ids of all cells. Throws errors and reports warnings. */
export function soundQuarantine(
  context: Context,
  project: Project,
  today: string,
  cells: readonly string[],
): Quarantines {
  const { quarantines, problems } = loadQuarantine(project.root, today, { ...knownIds(project), cells });
  if (problems.some(({ severity }) => severity === "error")) throw new ProblemError(problems);
  if (problems.length > 0) context.tell({ kind: "warnings", problems });
  return quarantines;
}

/** The ids of a project's scenarios, without cells. */
export function knownIds({ files }: Project): KnownIds {
  const prefix = "scenario.";
  const bases = [...files.keys()].flatMap((each) => (each.startsWith(prefix) ? [each.slice(prefix.length)] : []));
  return { bases, cells: null };
}
