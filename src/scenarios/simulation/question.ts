import type { OpeningMessage } from "../../targets/target.ts";
import { askOf, type Ask } from "../asking/ask.ts";
import { replyOf, type TurnRecord } from "../record/record.ts";

/** What was said so far, as a user sees it: no calls of tools, and no results. */
export interface Saying {
  by: "user" | "assistant";
  text: string;
}

/** What a simulated user is asked: its next message. */
export interface UserQuestion {
  kind: "user";
  /** Its name under `models` of playbill.yaml. */
  model: string;
  persona: string | null;
  goal: string;
  knows: Readonly<Record<string, unknown>>;
  said: readonly Saying[];
  /** Which of its messages it is, from 1, and how many there may be. */
  part: number;
  most: number;
}

/** The question for the next message. What a script says, it says in its place, and has reached its goal after its end. */
export function askUser(question: UserQuestion, script: readonly string[] | null): Ask {
  const ask = askOf(question);
  if (script === null) return ask;
  const message = script[question.part - 1];
  return { ...ask, script: message === undefined ? { message: "", state: "reached" } : { message, state: "going_on" } };
}

/** What was said before, as a user sees it. */
export function sayingsOf(opening: readonly OpeningMessage[], turns: readonly TurnRecord[]): Saying[] {
  return [
    ...opening.flatMap((message) => (message.role === "call" ? [] : [{ by: message.role, text: message.text }])),
    ...turns.flatMap((turn) => [
      { by: "user" as const, text: turn.user },
      { by: "assistant" as const, text: replyOf(turn) },
    ]),
  ];
}
