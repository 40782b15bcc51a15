import { answerText, type TurnRecord } from "../../scenarios/record/record.ts";
import type { OpeningMessage } from "../../targets/target.ts";

/** The messages that start a new conversation where these turns ended. */
export function openingOf(turns: readonly TurnRecord[]): OpeningMessage[] {
  return turns.flatMap((turn) => [{ role: "user" as const, text: turn.user }, ...followed(turn)]);
}

/** The reply to a message, in order, without unanswered calls. */
function followed({ events, calls }: TurnRecord): OpeningMessage[] {
  return events.flatMap(({ event }): OpeningMessage[] => {
    if (event.kind === "message") return event.text === "" ? [] : [{ role: "assistant", text: event.text }];
    if (event.kind !== "requires_action") return [];
    return event.calls.flatMap(({ callId, name, arguments: written }): OpeningMessage[] => {
      const outcome = calls.find((call) => call.callId === callId)?.outcome ?? null;
      return outcome === null ? [] : [{ role: "call", name, arguments: written, output: answerText(outcome) }];
    });
  });
}
