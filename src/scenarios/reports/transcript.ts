import { show } from "../matcher/json.ts";
import type { TurnEvent } from "../../targets/target.ts";
import { answerValue, citedIn, filesOf, parseArguments, type CallRecord, type TurnRecord } from "../record/record.ts";
import type { Happening } from "../execution/turn.ts";
import { describeChange } from "../world/changes.ts";
import type { Operation } from "../world/operations.ts";
import { type KnownFile, listFiles } from "../subjects/named-files.ts";
import { showCall } from "../subjects/nearest-call.ts";
import { block } from "./text.ts";
import { printable } from "../../kit/terminal-text.ts";

const mostLines = 24;
/** The maximum number of changes of the world shown for one call. */
const mostChanges = 8;

/** A turn as a conversation: the user's message, calls and code runs, the assistant's messages, and how the turn ended if it did not complete. */
export function transcriptOf(turn: TurnRecord): string[] {
  const unfinished = unfinishedText(turn);
  const spoken = turn.events.flatMap(({ event }) =>
    event.kind === "requires_action"
      ? event.calls.flatMap(({ callId }) => {
          const made = turn.calls.find((call) => call.callId === callId);
          return [...callLines(made), ...changeLines(made?.changes ?? [])];
        })
      : eventLines(event),
  );
  const cut = unfinished === "" ? [] : block(`${unfinished}…`, "  ", mostLines);
  const attached = (turn.attachments ?? []).map((each) => printable(`  + ${each.file} (${each.for.join(", ")})`));
  return [...block(turn.user, "> ", mostLines), ...attached, ...spoken, ...cut, ...fileLines(turn), ...endLines(turn)];
}

/** The lines for an event of a conversation that is watched live. */
export function happeningLines(happening: Happening): string[] {
  switch (happening.kind) {
    case "user":
      return block(happening.text, "> ", mostLines);
    case "event":
      return happening.event.kind === "ended" ? endLines(happening.event) : eventLines(happening.event);
    case "call": {
      const { call, outcome } = happening;
      return callLines({
        name: call.name,
        arguments: call.arguments,
        args: parseArguments(call.arguments) ?? null,
        outcome,
      });
    }
  }
}

/** The lines that an event adds to a conversation; calls are shown when they are answered. */
function eventLines(event: TurnEvent): string[] {
  switch (event.kind) {
    case "message":
      return block(event.text, "  ", mostLines);
    case "code":
      return [...block(event.input, "  py> ", mostLines), ...block(event.logs, "  py: ", mostLines)];
    case "search":
      return [`  searched: ${event.results.map(({ file }) => printable(file)).join(", ") || "nothing found"}`];
    case "waiting":
      return block(event.reason, "  ... ", mostLines);
    case "requires_action":
    case "text":
    case "resumed":
    case "ended":
      return [];
  }
}

/** The files that were cited and created, by name. */
function fileLines(turn: TurnRecord): string[] {
  const lines = (what: string, files: readonly KnownFile[]) =>
    files.length === 0 ? [] : block(`${what}: ${listFiles(files)}`, "  ", mostLines);
  return [...lines("cites", citedIn(turn)), ...lines("made", filesOf(turn))];
}

/** The text of a message that was never finished. */
function unfinishedText({ events }: TurnRecord): string {
  const last = events.findLastIndex(({ event }) => event.kind === "message");
  return events
    .slice(last + 1)
    .map(({ event }) => (event.kind === "text" ? event.delta : ""))
    .join("");
}

function callLines(call: Pick<CallRecord, "name" | "arguments" | "args" | "outcome"> | undefined): string[] {
  if (call === undefined) return [];
  const answer = call.outcome === null ? "not answered" : show(answerValue(call.outcome));
  return [printable(`  ${showCall(call)} -> ${answer}`)];
}

/** The changes that a call made to the world. */
function changeLines(changes: readonly Operation[]): string[] {
  const words = changes.map(describeChange);
  const rest = words.length - mostChanges;
  const shown = rest > 1 ? [...words.slice(0, mostChanges), `… ${rest} more changes`] : words;
  return shown.map((each) => printable(`    world: ${each}`));
}

function endLines({ status, error, reason }: Pick<TurnRecord, "status" | "error" | "reason">): string[] {
  if (status === "completed") return [];
  const why = error === null ? reason : `${error.code}: ${error.message}`;
  return block(why === null ? status : `${status} (${why})`, "  ! ", mostLines);
}
