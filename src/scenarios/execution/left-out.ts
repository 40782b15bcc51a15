import { type Problem, problem } from "../../problem.ts";
import type { LeftOutTurn, RunRecord } from "../record/record.ts";
import type { Scenario } from "../scenario.ts";
import type { Verdict } from "../verdict.ts";

/** True when every turn of a scenario was run or left out. */
export function isOver(
  { turns, leftOut = [], simulated = [] }: Pick<RunRecord, "turns" | "leftOut" | "simulated">,
  scenario: Scenario,
): boolean {
  const said = turns.filter(({ part }) => part === undefined);
  const over = new Set([...[...said, ...leftOut].map(({ number }) => number), ...simulated.map(({ turn }) => turn)]);
  return scenario.turns.every(({ number }) => over.has(number));
}

/** True when every turn was left out, so that nothing is known about the assistant. */
export function isNothingSaid({ turns, leftOut = [] }: Pick<RunRecord, "turns" | "leftOut">): boolean {
  return turns.length === 0 && leftOut.length > 0;
}

/** The warning that a scenario has no verdict because all its turns were left out. */
export function nothingSaid({ place }: Scenario): Problem {
  return problem("nothing_said", "every turn was left out, so the assistant was not tested", {
    hint: "Write a turn without when, or skip the scenario.",
    place: place(["turns"], "key"),
  });
}

/**
 * Verdicts on a turn that was left out. If its own `when` is false, this is intended. If no choice of the user's message applies, the
 * assistant said something for which the scenario has no answer.
 */
export function judgeLeftOut({ number, why }: LeftOutTurn, { turns }: Scenario): Verdict[] {
  const turn = turns[number - 1];
  if (why === "when" || turn === undefined) return [];
  return [
    {
      turn: number,
      subject: "user",
      path: turn.path,
      severity: "gate",
      pass: false,
      expected: turn.choices.map(({ when }) => when?.text ?? "true"),
      actual: null,
      sentence: "no condition holds, so the user has nothing to say",
      nearest: "Add a final entry without when for all other cases, or add a when to the turn to leave it out.",
      shows: "nothing",
    },
  ];
}
