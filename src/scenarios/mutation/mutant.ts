import type { Place } from "../../problem.ts";
import type { Project } from "../../project/project.ts";
import type { Scenario } from "../scenario.ts";
import type { MutationKind } from "./mutation-kinds.ts";

/** A small change for the worse, which a good suite notices. */
export interface Mutant {
  kind: MutationKind;
  /** The assistants that it changes. */
  assistants: readonly string[];
  place: Place;
  /** The change in words. */
  what: string;
  /** The changed part before and after, each on one line; empty when it did not exist before, or does not exist after. */
  before: string;
  after: string;
  change: Change;
  /** The condition for noticing the mutant in a conversation. */
  covered: Cover;
  /** The hash of the paragraph, if it is one, which does not depend on its place. */
  paragraph: string | null;
}

/** The change that makes a mutant from the project. Nothing is written to a file. */
export type Change =
  | { kind: "project"; apply(this: void, project: Project): Project }
  | { kind: "model"; model: string }
  | { kind: "scenario"; apply(this: void, scenario: Scenario): Scenario };

/** The condition that a scenario must meet to be able to notice a mutant. */
export type Cover =
  /** Use the assistant. */
  | { kind: "assistant" }
  /** Call a function or a built-in tool. */
  | { kind: "tool"; name: string }
  /** Be answered by the rule at this place. */
  | { kind: "stub"; place: Place };

/** True for a mutation that only a real model can react to: scripted answers are the same whatever the instructions. */
export function needsModel({ kind }: Pick<Mutant, "kind">): boolean {
  return kind === "paragraph" || kind === "rule" || kind === "model";
}
