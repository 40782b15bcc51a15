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

/** True when no turn was run at all, because each was left out: then nobody can tell anything of the assistant. */
export function isNothingSaid({ turns, leftOut = [] }: Pick<RunRecord, "turns" | "leftOut">): boolean {
  return turns.length === 0 && leftOut.length > 0;
}

/** Warns that a scenario has no verdict, because every turn of it was left out. */
export function nothingSaid({ place }: Scenario): Problem {
  return problem("nothing_said", "every turn was left out, so nothing of the assistant was tested", {
    hint: "Write a turn without when, or skip the scenario.",
    place: place(["turns"], "key"),
  });
}

/**
 * Verdicts on a turn in which nothing was said. That is as it was written when its own `when` is false; when none of the things holds that the
 * user could have said, the assistant said something that nobody wrote an answer to.
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
      sentence: "none of the conditions holds, so the user has nothing to say",
      nearest: "Add a last entry without when for all other cases, or a when to the turn that leaves it out.",
      shows: "nothing",
    },
  ];
}
