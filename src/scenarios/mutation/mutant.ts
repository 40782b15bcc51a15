import type { Place } from "../../problem.ts";
import type { Project } from "../../project/project.ts";
import type { Scenario } from "../scenario.ts";
import type { MutationKind } from "./mutation-kinds.ts";

/** One small change for the worse, which a good suite notices. */
export interface Mutant {
  kind: MutationKind;
  /** The assistants that it changes. */
  assistants: readonly string[];
  place: Place;
  /** What is done, in words. */
  what: string;
  /** The changed part before and after, on a line each; an empty text for what was not there, or is not any more. */
  before: string;
  after: string;
  change: Change;
  /** What must happen in a conversation for it to be noticed at all. */
  covered: Cover;
  /** Of a paragraph: its hash, which is the same wherever it is. */
  paragraph: string | null;
}

/** How a mutant comes of what there is. Nothing is written to a file. */
export type Change =
  | { kind: "project"; apply(this: void, project: Project): Project }
  | { kind: "model"; model: string }
  | { kind: "scenario"; apply(this: void, scenario: Scenario): Scenario };

/** What a scenario must do to have a chance of noticing. */
export type Cover =
  /** Talk to the assistant. */
  | { kind: "assistant" }
  /** Call a function or a built-in tool. */
  | { kind: "tool"; name: string }
  /** Be answered by a rule that is at this place. */
  | { kind: "stub"; place: Place };

/** True for a mutation that only a model can react to: what is written down for it says the same whatever it is told. */
export function needsModel({ kind }: Pick<Mutant, "kind">): boolean {
  return kind === "paragraph" || kind === "rule" || kind === "model";
}
