import type { WrittenStep } from "./schemas/script.ts";

/** What a user says in a script: exact text, or text around the values that are only known while the conversation runs. */
export type SpokenText = (string | { hole: string })[];

export interface ScriptTurn {
  /** Which turn of the scenario it is part of, from 1; its place among all when it is left out. */
  number?: number;
  /** Its name, when the scenario gives it one. */
  id?: string | undefined;
  user: SpokenText;
  /** `null`: the scenario has no script for this turn. */
  steps: readonly WrittenStep[] | null;
  /** What else the user may say in it, and what is done then. */
  others?: readonly Pick<ScriptTurn, "user" | "steps">[];
  /** The user may also leave it out. */
  isOptional?: boolean;
}

/**
 * The key in a thread's metadata under which `playbill test` says which scenario it runs, by the id of its script; such a thread is
 * answered by that script, whatever others would fit.
 */
export const scenarioKey = "playbill.scenario";

/** The key in a response's metadata for the display name of its assistant, which there is no object for; scripts of several assistants tell them apart by it. */
export const assistantKey = "playbill.assistant";

/** One expanded scenario, as the embedded model reads it. The conversation so far selects the script and the turn. */
export interface Script {
  /** `paris`, or `refund[locale=de]`. */
  id: string;
  /** The display name of the assistant that it was written for. */
  assistantName: string;
  /** User messages of the thread before the first turn. */
  opening: readonly string[];
  turns: readonly ScriptTurn[];
  /** What its expressions may read besides `tools` and `turn`: `vars` and `matrix`. */
  scope: Readonly<Record<string, unknown>>;
}
