import { createRandom, shuffled } from "../../kit/random.ts";
import type { Project } from "../../project/project.ts";
import type { Scenario } from "../scenario.ts";
import { fileMutants } from "./files.ts";
import { paragraphMutants, ruleMutants } from "./instructions.ts";
import type { Mutant } from "./mutant.ts";
import type { MutationKind } from "./mutation-kinds.ts";
import { stubMutants } from "./stubs.ts";
import { argumentMutants, modelMutants, toolMutants } from "./tools.ts";

/** The selection of mutants. */
export interface MutantChoice {
  /** The kinds to include; empty for all. */
  only: readonly MutationKind[];
  /** The number of mutants, chosen at random; `null` for all. */
  max: number | null;
  seed: number;
  /** The model that replaces each assistant's; `null` to leave that kind out. */
  smaller: string | null;
}

/** The mutants of a project and its scenarios, in an order that does not depend on the selection. */
export function mutantsOf(
  project: Project,
  scenarios: readonly Scenario[],
  { only, max, seed, smaller }: MutantChoice,
): Mutant[] {
  const made: Record<MutationKind, () => Mutant[]> = {
    paragraph: () => paragraphMutants(project),
    rule: () => ruleMutants(project),
    argument: () => argumentMutants(project),
    tool: () => toolMutants(project),
    file: () => fileMutants(project),
    model: () => modelMutants(project, smaller),
    stub: () => stubMutants(project, scenarios),
  };
  const kinds = Object.entries(made) as [MutationKind, () => Mutant[]][];
  const tested = new Set(scenarios.map(({ assistant }) => assistant));
  const all = kinds
    .filter(([kind]) => only.length === 0 || only.includes(kind))
    .flatMap(([, make]) => make())
    .filter(({ assistants }) => assistants.some((name) => tested.has(name)));
  if (max === null || max >= all.length) return all;
  const chosen = new Set(shuffled(all, createRandom(seed)).slice(0, max));
  return all.filter((each) => chosen.has(each));
}
