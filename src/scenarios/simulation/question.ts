import type { OpeningMessage } from "../../targets/target.ts";
import { askOf, type Ask } from "../asking/ask.ts";
import { replyOf, type TurnRecord } from "../record/record.ts";

/** A message of the conversation as a user sees it: no tool calls and no results. */
export interface Saying {
  by: "user" | "assistant";
  text: string;
}

/** The question to a simulated user for its next message. */
export interface UserQuestion {
  kind: "user";
  /** Its name under `models` of playbill.yaml. */
  model: string;
  persona: string | null;
  goal: string;
  knows: Readonly<Record<string, unknown>>;
  said: readonly Saying[];
  /** The number of the message, from 1, and the maximum number. */
  part: number;
  most: number;
}

/** The question for the next message. A script supplies the messages instead of the model; after its end, the goal is reached. */
export function askUser(question: UserQuestion, script: readonly string[] | null): Ask {
  const ask = askOf(question);
  if (script === null) return ask;
  const message = script[question.part - 1];
  return { ...ask, script: message === undefined ? { message: "", state: "reached" } : { message, state: "going_on" } };
}

/** The earlier messages, as a user sees them. */
export function sayingsOf(opening: readonly OpeningMessage[], turns: readonly TurnRecord[]): Saying[] {
  return [
    ...opening.flatMap((message) => (message.role === "call" ? [] : [{ by: message.role, text: message.text }])),
    ...turns.flatMap((turn) => [
      { by: "user" as const, text: turn.user },
      { by: "assistant" as const, text: replyOf(turn) },
    ]),
  ];
}
