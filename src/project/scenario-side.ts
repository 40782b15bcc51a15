import type { Problem } from "../problem.ts";
import type { Draft } from "./draft.ts";
import type { Declared, Path } from "./project.ts";
import type { Rule } from "./rules/rule.ts";
import type { WrittenScenario } from "./schemas/scenario/file.ts";

/** What the loader needs from the layer that runs scenarios. */
export interface ScenarioSide {
  /** The files that a scenario refers to; paths are from the project's root. */
  filesOf(
    declared: Declared<WrittenScenario>,
  ): { at: Path; path: string; need: "text" | "file" | "upload" | "search" }[];
  rules: readonly Rule<WrittenScenario>[];
  /** Rules that apply only when scenarios are validated or run; other commands use only their scripts, if anything. */
  testRules: readonly Rule<WrittenScenario>[];
  /** Checks all scenarios of a valid project together. */
  checkTogether(this: void, draft: Draft): Problem[];
}

/** Checks scenarios only against their schema. */
export const schemaOnly: ScenarioSide = { filesOf: () => [], rules: [], testRules: [], checkTogether: () => [] };
