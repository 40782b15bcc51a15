import type { Problem } from "../problem.ts";
import type { Draft } from "./draft.ts";
import type { Declared, Path } from "./project.ts";
import type { Rule } from "./rules/rule.ts";
import type { WrittenScenario } from "./schemas/scenario/file.ts";

/** What the loader is told of scenarios by the layer that runs them. */
export interface ScenarioSide {
  /** The files that a scenario names; paths are from the project's root. */
  filesOf(
    declared: Declared<WrittenScenario>,
  ): { at: Path; path: string; need: "text" | "file" | "upload" | "search" }[];
  rules: readonly Rule<WrittenScenario>[];
  /** What is asked of scenarios only when they are validated or run: other commands use their scripts, or none of them. */
  testRules: readonly Rule<WrittenScenario>[];
  /** What is asked then of all scenarios of a sound project together. */
  checkTogether(this: void, draft: Draft): Problem[];
}

/** Scenarios that are checked against their schema only. */
export const schemaOnly: ScenarioSide = { filesOf: () => [], rules: [], testRules: [], checkTogether: () => [] };
