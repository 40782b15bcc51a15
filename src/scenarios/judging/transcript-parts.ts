import { cutEnd } from "../../kit/difference.ts";
import { isObject } from "../../kit/json.ts";
import type { OpeningMessage } from "../../targets/target.ts";
import { answerText, type CallRecord, type TurnRecord } from "../record/record.ts";

/** One message or action in a conversation, as shown to a judge. */
export interface TranscriptPart {
  /** From 1; 0 for the messages before the first turn. */
  turn: number;
  by: "user" | "assistant" | "call" | "result" | "code" | "output";
  text: string;
}

/** The parts of a conversation, in order. Very long texts are truncated. */
export function transcriptParts(
  opening: readonly OpeningMessage[],
  turns: readonly TurnRecord[],
): readonly TranscriptPart[] {
  return [...opening.flatMap(openingParts), ...turns.flatMap(turnParts)].map((part) =>
    Object.assign(part, { text: cutEnd(part.text, longestPart) }),
  );
}

/** The maximum length of a part in characters, because a judge reads many parts. */
const longestPart = 20_000;

function openingParts(message: OpeningMessage): TranscriptPart[] {
  if (message.role !== "call") return [{ turn: 0, by: message.role, text: message.text }];
  return [
    { turn: 0, by: "call", text: `${message.name} ${message.arguments}` },
    { turn: 0, by: "result", text: message.output },
  ];
}

function turnParts({ number: turn, user, events, calls, code, messages }: TurnRecord): TranscriptPart[] {
  // A recording does not keep the whitespace in the arguments.
  const callParts = ({ name, arguments: written, args, outcome }: CallRecord): TranscriptPart[] => [
    { turn, by: "call", text: `${name} ${isObject(args) ? JSON.stringify(args) : written}` },
    ...(outcome === null ? [] : [{ turn, by: "result" as const, text: answerText(outcome) }]),
  ];
  const codeParts = ({ input, logs }: { input: string; logs: string }): TranscriptPart[] => [
    { turn, by: "code", text: input },
    ...(logs === "" ? [] : [{ turn, by: "output" as const, text: logs }]),
  ];
  const message = ({ text }: { text: string }): TranscriptPart => ({ turn, by: "assistant", text });
  const parts = events.flatMap(({ event }): TranscriptPart[] => {
    switch (event.kind) {
      case "message":
        return [message(event)];
      case "code":
        return codeParts(event);
      case "requires_action":
        return event.calls.flatMap(({ callId }) => calls.filter((call) => call.callId === callId).flatMap(callParts));
      case "text":
      case "search":
      case "waiting":
      case "resumed":
      case "ended":
        return [];
    }
  });
  // A record may have no events.
  const actions =
    events.length > 0 ? parts : [...calls.flatMap(callParts), ...code.flatMap(codeParts), ...messages.map(message)];
  return [{ turn, by: "user", text: user }, ...actions];
}
