import type { Project } from "../project/project.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import { type ExpandedScenario, expand } from "../scenarios/expand.ts";
import type { Desired } from "../sync/desired.ts";

/** Every scenario of the project, one for each cell of its matrix, at one target. */
export function expandAll(project: Project, config: ResolvedTarget): ExpandedScenario[] {
  const context = { projectVars: project.vars, targetVars: config.vars ?? {}, texts: project.texts };
  return project.scenarios.flatMap((declared) => expand(declared, context));
}

/** The address of the assistant that a scenario talks to. */
export function assistantAddress({ declared }: ExpandedScenario): string {
  return `assistant.${declared.value.assistant}`;
}

/** The name that the assistant of a scenario is shown under. */
export function displayName(scenario: ExpandedScenario, desired: readonly Desired[]): string {
  const address = assistantAddress(scenario);
  return desired.find((each) => each.address === address)?.spec.name ?? scenario.declared.value.assistant;
}
