import { ProblemError } from "../problem.ts";
import type { Project } from "../project/project.ts";
import { displayName } from "../project/resolve-assistant.ts";
import { functionNameOf } from "../project/resolve-tools.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import type { Script } from "../project/script.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { scriptOf } from "../scenarios/scripts.ts";
import { expand } from "../scenarios/read/expand.ts";

/** True if a command selects a file, by its address and path. */
export type IsAskedFor = (address: string, file: string) => boolean;

/**
 * Every scenario of the project at one target, one for each cell of its matrix. One that cannot be expanded throws a ProblemError if it is
 * selected, and is left out otherwise.
 */
export function expandAll(project: Project, config: ResolvedTarget, isAskedFor: IsAskedFor = () => true): Scenario[] {
  const context = { projectVars: project.vars, targetVars: config.vars ?? {}, texts: project.texts };
  const vars = { ...project.vars, ...config.vars };
  return project.scenarios.flatMap((declared) => {
    if (isAskedFor(declared.address, declared.file)) return expand(declared, context);
    return unlessProblem(() => {
      const scenarios = expand(declared, context);
      for (const { assistant } of scenarios) displayName(project, assistant, vars);
      return scenarios;
    });
  });
}

function unlessProblem<T>(work: () => T[]): T[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}

/** The address of the assistant that a scenario talks to. */
export function assistantAddress({ assistant }: Pick<Scenario, "assistant">): string {
  return `assistant.${assistant}`;
}

/** The functions of a declared assistant, by the name that the model calls; `null` when there is no such assistant. */
export function functionsOf({ assistants, tools }: Project, assistant: string): readonly string[] | null {
  const declared = assistants.get(assistant);
  if (declared === undefined) return null;
  return (declared.value.tools ?? []).flatMap((tool) => {
    const found = typeof tool === "object" && "function" in tool ? tools.get(tool.function) : undefined;
    return found === undefined ? [] : [functionNameOf(found)];
  });
}

/** The scenarios as scripts of the embedded model. */
export function scriptsOf(project: Project, config: ResolvedTarget, scenarios: readonly Scenario[]): Script[] {
  const vars = { ...project.vars, ...config.vars };
  return scenarios.map((scenario) => scriptOf(scenario, displayName(project, scenario.assistant, vars)));
}
