import { cutEnd } from "../../kit/difference.ts";
import { isObject } from "../../kit/json.ts";
import type { OpeningMessage } from "../../targets/target.ts";
import { answerText, type CallRecord, type TurnRecord } from "../record/record.ts";

/** One thing that was said or done in a conversation, as a judge reads it. */
export interface TranscriptPart {
  /** From 1; 0 for what was there before the first turn. */
  turn: number;
  by: "user" | "assistant" | "call" | "result" | "code" | "output";
  text: string;
}

/** What happened in a conversation, in its order. A very long text is cut at its end. */
export function transcriptParts(
  opening: readonly OpeningMessage[],
  turns: readonly TurnRecord[],
): readonly TranscriptPart[] {
  return [...opening.flatMap(openingParts), ...turns.flatMap(turnParts)].map((part) =>
    Object.assign(part, { text: cutEnd(part.text, longestPart) }),
  );
}

/** Characters: a judge reads many parts. */
const longestPart = 20_000;

function openingParts(message: OpeningMessage): TranscriptPart[] {
  if (message.role !== "call") return [{ turn: 0, by: message.role, text: message.text }];
  return [
    { turn: 0, by: "call", text: `${message.name} ${message.arguments}` },
    { turn: 0, by: "result", text: message.output },
  ];
}

function turnParts({ number: turn, user, events, calls, code, messages }: TurnRecord): TranscriptPart[] {
  // A recording has the arguments without the blanks that a model wrote between them.
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
  // A record may be without events.
  const told =
    events.length > 0 ? parts : [...calls.flatMap(callParts), ...code.flatMap(codeParts), ...messages.map(message)];
  return [{ turn, by: "user", text: user }, ...told];
}
