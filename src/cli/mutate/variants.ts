import { ProblemError } from "../../problem.ts";
import { desiredAssistants, desiredWithKnowledge } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { Desired } from "../../resources/resource.ts";
import { withModel } from "../../api/testing/assistants-under-test.ts";
import type { Mutant } from "../../scenarios/mutation/mutant.ts";
import type { Scenario } from "../../scenarios/scenario.ts";

/** A mutant that can be run next to the unchanged assistants, under its own names. */
export interface Variant {
  mutant: Mutant;
  /** The project with the change. */
  project: Project;
  /** Its assistants and changed vector stores, with everything they refer to. */
  desired: readonly Desired[];
  /** A scenario that runs with the mutant. */
  scenarioOf(this: void, scenario: Scenario): Scenario;
}

/** The variant of a mutant; `null` when the changed assistant cannot be created. */
export function variantOf(mutant: Mutant, number: number, project: Project, config: ResolvedTarget): Variant | null {
  const { change, assistants, kind } = mutant;
  // The assistant is unchanged, so no copy is created.
  if (change.kind === "scenario") return { mutant, project, desired: [], scenarioOf: change.apply };
  const changed = change.kind === "project" ? change.apply(project) : project;
  const desired = desiredOrNull(changed, config, mutant);
  if (desired === null) return null;
  const suffix = `~${number}`;
  const inModel =
    change.kind === "model" ? withModel([...desired], config.models?.[change.model] ?? change.model) : desired;
  return {
    mutant,
    project: changed,
    desired: inModel.map((each) => renamed(each, suffix, kind === "file")),
    scenarioOf: (scenario) =>
      assistants.includes(scenario.assistant) ? { ...scenario, assistant: `${scenario.assistant}${suffix}` } : scenario,
  };
}

/** The declarations of a mutant; of its knowledge, only the changed parts. */
function desiredOrNull(project: Project, config: ResolvedTarget, { kind, assistants }: Mutant): Desired[] | null {
  try {
    return kind === "file"
      ? desiredWithKnowledge(project, config, assistants)
      : desiredAssistants(project, config, assistants);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** A renamed copy of a declaration; unchanged ones keep their address, so that all variants share them. */
function renamed(each: Desired, suffix: string, hasOtherStores: boolean): Desired {
  if (each.kind === assistantKind.name) {
    const spec = hasOtherStores ? withStores(each.spec as AssistantSpec, suffix) : each.spec;
    return { ...each, address: `${each.address}${suffix}`, spec };
  }
  return hasOtherStores && each.kind === "vector_store" ? { ...each, address: `${each.address}${suffix}` } : each;
}

function withStores(spec: AssistantSpec, suffix: string): AssistantSpec {
  const tools = spec.tools.map((tool) =>
    tool.kind === "file_search"
      ? {
          ...tool,
          vectorStores: tool.vectorStores.map((store) =>
            store.startsWith("vector_store.") ? `${store}${suffix}` : store,
          ),
        }
      : tool,
  );
  return { ...spec, tools };
}
