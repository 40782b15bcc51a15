import { type Problem, ProblemError } from "../problem.ts";
import type { AssistantSpec } from "../resources/assistant/spec.ts";
import { assistantKind } from "../resources/assistant/kind.ts";
import { referencesOf } from "../resources/fields.ts";
import type { Desired } from "../resources/resource.ts";
import { openKnowledge, type Knowledge } from "./knowledge.ts";
import type { Project } from "./project.ts";
import { resolveAssistant } from "./resolve-assistant.ts";
import type { WrittenTarget } from "./schemas/project.ts";

/**
 * The desired state of everything that a project declares: assistants, vector stores, and the files of both. Throws a ProblemError
 * with all problems of the selection and its references; other declarations with problems are left out.
 */
export function desiredResources(
  project: Project,
  target: Pick<WrittenTarget, "models" | "vars">,
  isSelected: (address: string) => boolean = () => true,
): Desired[] {
  const knowledge = openKnowledge(project);
  const names = Map.groupBy(project.assistants.keys(), (name) => isSelected(`assistant.${name}`));
  const stores = [...project.vectorStores.values()].map(({ address }) => address);
  const selected = desiredTogether(project, target, names.get(true) ?? [], stores.filter(isSelected), knowledge);
  const others = [
    ...(names.get(false) ?? []).map((name) => () => desiredTogether(project, target, [name], [], knowledge)),
    ...stores.filter((address) => !isSelected(address)).map((address) => () => knowledge.of([address])),
  ];
  return unique([...selected, ...others.flatMap((each) => soundOrNone(each))]);
}

/** The assistants of these names, with the vector stores and files that they refer to. Throws a ProblemError as `desiredResources` does. */
export function desiredWithKnowledge(
  project: Project,
  target: Pick<WrittenTarget, "models" | "vars">,
  names: Iterable<string>,
): Desired[] {
  return unique(desiredTogether(project, target, names, [], openKnowledge(project)));
}

/**
 * The desired state of the assistants with these names, by default of all assistants. Throws a ProblemError with all
 * their problems.
 */
export function desiredAssistants(
  project: Project,
  target: Pick<WrittenTarget, "models" | "vars">,
  names: Iterable<string> = project.assistants.keys(),
): Desired<AssistantSpec>[] {
  const { desired, problems } = resolveAssistants(project, target, names);
  if (problems.length > 0) throw new ProblemError(problems);
  return desired;
}

/** The values of expressions with sensitive variables, in all declarations. */
export function sensitiveValues(desired: readonly Desired[]): string[] {
  return desired.flatMap(({ sensitive = {} }) => Object.values(sensitive).flatMap(({ values }) => values));
}

function resolveAssistants(
  project: Project,
  { models, vars }: Pick<WrittenTarget, "models" | "vars">,
  names: Iterable<string>,
): { desired: Desired<AssistantSpec>[]; problems: Problem[] } {
  const scope = { ...project.vars, ...vars };
  const problems: Problem[] = [];
  const desired = [...new Set(names)].flatMap((name) => {
    try {
      return [resolveAssistant(project, name, scope, models)];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  return { desired, problems };
}

/** Assistants and stores with everything they refer to. Throws a ProblemError with all their problems. */
function desiredTogether(
  project: Project,
  target: Pick<WrittenTarget, "models" | "vars">,
  names: Iterable<string>,
  stores: readonly string[],
  knowledge: Knowledge,
): Desired[] {
  const { desired: assistants, problems } = resolveAssistants(project, target, names);
  const references = assistants.flatMap(({ spec }) => referencesOf(assistantKind, spec));
  try {
    const found = knowledge.of([...stores, ...references]);
    if (problems.length === 0) return [...found, ...assistants];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
  }
  throw new ProblemError(problems);
}

/** The desired resources; none when a ProblemError is thrown. */
export function soundOrNone(give: () => Desired[]): Desired[] {
  try {
    return give();
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}

function unique(all: readonly Desired[]): Desired[] {
  return [...new Map(all.map((each) => [each.address, each])).values()];
}
