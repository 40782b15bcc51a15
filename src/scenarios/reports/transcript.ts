import { show } from "../matcher/json.ts";
import { answerValue, type CallRecord, type TurnRecord } from "../record.ts";
import { showCall } from "../subjects/nearest-call.ts";
import { block } from "./text.ts";
import { printable } from "../../kit/terminal-text.ts";

const mostLines = 24;

/** A turn as a conversation: what the user said, what was called and run, what the assistant said, and how it ended when it did not complete. */
export function transcriptOf(turn: TurnRecord): string[] {
  const unfinished = unfinishedText(turn);
  const spoken = turn.events.flatMap(({ event }) => {
    switch (event.kind) {
      case "message":
        return block(event.text, "  ", mostLines);
      case "code":
        return [...block(event.input, "  py> ", mostLines), ...block(event.logs, "  py: ", mostLines)];
      case "search":
        return [`  searched: ${event.results.map(({ file }) => printable(file)).join(", ") || "nothing found"}`];
      case "requires_action":
        return event.calls.flatMap(({ callId }) => callLines(turn.calls.find((call) => call.callId === callId)));
      case "waiting":
        return block(event.reason, "  ... ", mostLines);
      case "text":
      case "resumed":
      case "ended":
        return [];
    }
  });
  const cut = unfinished === "" ? [] : block(`${unfinished}…`, "  ", mostLines);
  return [...block(turn.user, "> ", mostLines), ...spoken, ...cut, ...endLines(turn)];
}

/** What was said of a message that was never finished. */
function unfinishedText({ events }: TurnRecord): string {
  const last = events.findLastIndex(({ event }) => event.kind === "message");
  return events
    .slice(last + 1)
    .map(({ event }) => (event.kind === "text" ? event.delta : ""))
    .join("");
}

function callLines(call: CallRecord | undefined): string[] {
  if (call === undefined) return [];
  const answer = call.outcome === null ? "not answered" : show(answerValue(call.outcome));
  return [printable(`  ${showCall(call)} -> ${answer}`)];
}

function endLines({ status, error, reason }: TurnRecord): string[] {
  if (status === "completed") return [];
  const why = error === null ? reason : `${error.code}: ${error.message}`;
  return block(why === null ? status : `${status} (${why})`, "  ! ", mostLines);
}
