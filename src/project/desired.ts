import { type Problem, ProblemError } from "../problem.ts";
import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { Desired } from "../resources/resource.ts";
import { toProblem } from "./finding.ts";
import type { Declared, Path, Project } from "./project.ts";
import { resolveAssistant } from "./resolve-assistant.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenTarget } from "./schemas/project.ts";

/**
 * Everything that a project declares, as a target is to have it. Throws as `desiredAssistants` does, for what is selected; the rest is
 * left out where it has problems.
 */
export function desiredResources(
  project: Project,
  target: Pick<WrittenTarget, "models" | "vars">,
  isSelected: (address: string) => boolean = () => true,
): Desired[] {
  const names = Map.groupBy(project.assistants.keys(), (name) => isSelected(`assistant.${name}`));
  const others = (names.get(false) ?? []).flatMap((name) => {
    try {
      return desiredAssistants(project, target, [name]);
    } catch (error) {
      if (error instanceof ProblemError) return [];
      throw error;
    }
  });
  return [...desiredAssistants(project, target, names.get(true) ?? []), ...others];
}

/**
 * The assistants of these names, else every assistant of the project, as a target is to have them. Throws a ProblemError with all
 * problems of all of them; `files_not_synced` is for what cannot be synced yet.
 */
export function desiredAssistants(
  project: Project,
  { models, vars }: Pick<WrittenTarget, "models" | "vars">,
  names: Iterable<string> = project.assistants.keys(),
): Desired<AssistantSpec>[] {
  const scope = { ...project.vars, ...vars };
  const problems: Problem[] = [];
  const desired = [...new Set(names)].flatMap((name) => {
    const declared = project.assistants.get(name);
    if (declared !== undefined) problems.push(...filesNotSynced(declared));
    try {
      return [resolveAssistant(project, name, scope, models)];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return desired;
}

/** What expressions over sensitive variables gave, in everything that is declared. */
export function sensitiveValues(desired: readonly Desired[]): string[] {
  return desired.flatMap(({ sensitive = {} }) => Object.values(sensitive).flatMap(({ values }) => values));
}

/** Files and vector stores that an assistant uses: they would silently be left out. */
function filesNotSynced(declared: Declared<WrittenAssistant>): Problem[] {
  const refuse = (path: Path, what: string): Problem =>
    toProblem(declared, {
      path,
      code: "files_not_synced",
      message: `${declared.address} uses ${what}; files and vector stores are not synced yet`,
      hint: "Remove it from the assistant's tools.",
    });
  return (declared.value.tools ?? []).flatMap((tool, index) => {
    if (typeof tool === "string") return [];
    if ("code_interpreter" in tool) {
      const { files = [] } = tool.code_interpreter;
      return files.map((file, each) => refuse(["tools", index, "code_interpreter", "files", each], file));
    }
    if (!("file_search" in tool) || tool.file_search.vector_store === undefined) return [];
    const path = ["tools", index, "file_search", "vector_store"];
    return [refuse(path, `vector_store.${tool.file_search.vector_store}`)];
  });
}
