import type { Project } from "../../project/project.ts";
import type { ScenarioResult } from "../results/result.ts";
import type { Scenario } from "../scenario.ts";
import { coverableOf } from "./coverable.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { keyOf } from "./keys.ts";
import { expectedIn, seenIn } from "./seen.ts";

/** A verdict of a mutation: an assistant, the hash of a paragraph of its instructions, and whether a scenario noticed that it was left out. */
export interface LeftOutParagraph {
  assistant: string;
  hash: string;
  isNoticed: boolean;
}

/** Collects the coverage of a suite from results. */
export interface SuiteCoverage {
  /** Results of scenarios that are no longer in the suite are ignored. */
  add(this: void, result: ScenarioResult): void;
  /** The number of scenarios of the suite with results in which something was said. */
  countRun(this: void): number;
  coverage(this: void): Coverage;
}

/** Creates the coverage of a project's suite before any run. It keeps only the reached keys of each result. */
export function createSuiteCoverage(
  project: Pick<Project, "assistants" | "tools" | "vectorStores" | "matches" | "texts">,
  scenarios: readonly Scenario[],
  leftOut: readonly LeftOutParagraph[] = [],
): SuiteCoverage {
  const known = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const seen = new Set<string>();
  const run = new Set<string>();
  return {
    add(result) {
      const scenario = known.get(result.id);
      if (scenario === undefined) return;
      if (result.record !== null) run.add(result.id);
      for (const key of seenIn(result, scenario)) seen.add(key);
    },
    countRun: () => run.size,
    coverage() {
      const expected = new Set(scenarios.flatMap((scenario) => [...expectedIn(scenario)]));
      const paragraphs = new Map(
        leftOut.map(({ assistant, hash, isNoticed }) => [keyOf("paragraph", assistant, hash), isNoticed]),
      );
      return coverageOf(coverableOf(project, scenarios), { seen, expected, paragraphs });
    },
  };
}
