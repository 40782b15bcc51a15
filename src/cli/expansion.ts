import type { Project } from "../project/project.ts";
import { displayName } from "../project/resolve-assistant.ts";
import { functionNameOf } from "../project/resolve-tools.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import type { Script } from "../project/script.ts";
import { expand } from "../scenarios/read-scenario.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { scriptOf } from "../scenarios/scripts.ts";

/** Every scenario of the project, one for each cell of its matrix, at one target. */
export function expandAll(project: Project, config: ResolvedTarget): Scenario[] {
  const context = { projectVars: project.vars, targetVars: config.vars ?? {}, texts: project.texts };
  return project.scenarios.flatMap((declared) => expand(declared, context));
}

/** The address of the assistant that a scenario talks to. */
export function assistantAddress({ assistant }: Scenario): string {
  return `assistant.${assistant}`;
}

/** The functions that an assistant of the files has, by the name that the model calls; `null` when there is no such assistant. */
export function functionsOf({ assistants, tools }: Project, assistant: string): readonly string[] | null {
  const declared = assistants.get(assistant);
  if (declared === undefined) return null;
  return (declared.value.tools ?? []).flatMap((tool) => {
    const found = typeof tool === "object" && "function" in tool ? tools.get(tool.function) : undefined;
    return found === undefined ? [] : [functionNameOf(found)];
  });
}

/** The scenarios as the embedded model reads them. */
export function scriptsOf(project: Project, config: ResolvedTarget, scenarios: readonly Scenario[]): Script[] {
  const vars = { ...project.vars, ...config.vars };
  return scenarios.map((scenario) => scriptOf(scenario, displayName(project, scenario.assistant, vars)));
}
