import { type Problem, problem } from "../problem.ts";
import { desiredAssistants } from "../project/desired.ts";
import type { Project } from "../project/project.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import { lacksAt } from "../targets/lacks-at.ts";

/** A warning for each declared field that the target's API does not support, at the place of its declaration. */
export function dialectWarnings(project: Project, config: ResolvedTarget): Problem[] {
  return desiredAssistants(project, config).flatMap((desired) => {
    const declared = project.assistants.get(desired.address.slice(desired.address.indexOf(".") + 1));
    return lacksAt(config.api, desired).map(({ field, message, hint }) =>
      problem("not_in_dialect", `"${field}" at target ${config.name} (api: ${config.api}): ${message}`, {
        hint,
        ...(declared && { place: declared.place([field], "key") }),
      }),
    );
  });
}
