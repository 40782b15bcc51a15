import { evaluate, ExpressionError, type Scope } from "../../project/expression.ts";
import { toProblem } from "../../project/finding.ts";
import { ProblemError } from "../../problem.ts";
import { show } from "../matcher/json.ts";
import type { LeftOutTurn } from "../record/record.ts";
import type { Choice, PlacedText, Scenario, Simulation, Turn } from "../scenario.ts";

/** The user's message in a turn, or why there is none. `number` counts from 1; `null` when there was only one option. */
export type Chosen =
  | { kind: "simulated"; simulation: Simulation }
  | { kind: "said"; choice: Choice; number: number | null }
  | { kind: "left_out"; turn: LeftOutTurn };

/** The first choice whose condition holds. `scope` has the values that can be read before the turn. Throws a ProblemError for a condition that cannot be evaluated. */
export function choose(scenario: Scenario, { number, id, when, choices, simulation }: Turn, scope: Scope): Chosen {
  const leftOut = (why: LeftOutTurn["why"]): Chosen => ({ kind: "left_out", turn: { number, id, why } });
  if (!holds(scenario, when, scope)) return leftOut("when");
  if (simulation !== null) return { kind: "simulated", simulation };
  const index = choices.findIndex((choice) => holds(scenario, choice.when, scope));
  const choice = choices[index];
  if (choice === undefined) return leftOut("no_choice");
  return { kind: "said", choice, number: choices.length === 1 ? null : index + 1 };
}

/** True when there is no condition, or it holds. Throws a ProblemError for one that cannot be evaluated. */
export function holds(scenario: Scenario, condition: PlacedText | null, scope: Scope): boolean {
  if (condition === null) return true;
  const { text, path } = condition;
  const refuse = (message: string, at?: { text: string; start: number; end: number }): never => {
    const code = "failed_expression";
    throw new ProblemError([toProblem(scenario, { path, code, message, ...(at !== undefined && { at }) })]);
  };
  try {
    const value = evaluate(text, scope);
    return typeof value === "boolean" ? value : refuse(`"when" must be true or false, but this is ${show(value)}`);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return refuse(error.message, { text, start: error.start, end: error.end });
  }
}
