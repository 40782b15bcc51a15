import { isObject } from "../../kit/json.ts";
import type { WrittenRecording } from "../../project/schemas/recording.ts";
import type { CallRecord, TurnRecord } from "../record/record.ts";
import type { Recording } from "./recording.ts";

type WrittenTurn = WrittenRecording["turns"][number];
type WrittenEvent = WrittenTurn["events"][number];
type WrittenCall = Extract<WrittenEvent, { kind: "calls" }>["calls"][number];

/** A recording as written to a file, without empty values and without data that only serves live display. */
export function recordingToFile({ opening, turns, opinions, ...about }: Recording): WrittenRecording {
  return {
    format_version: 2,
    ...about,
    opening: opening.map((message) => ({ ...message })),
    turns: turns.map(turnToFile),
    ...(Object.keys(opinions).length > 0 && { opinions: { ...opinions } }),
  };
}

function turnToFile({
  number,
  part,
  user,
  attachments,
  events,
  calls,
  status,
  error,
  reason,
  model,
  usage,
  fileNames,
  time,
}: TurnRecord): WrittenTurn {
  return {
    turn: number,
    ...(part !== undefined && { part }),
    user,
    ...(attachments !== undefined && { attachments: attachments.map((each) => ({ ...each })) }),
    events: eventsToFile(events, calls),
    status,
    ...(error !== null && { error }),
    ...(reason !== null && { reason }),
    ...(model !== null && { model }),
    ...(usage !== null && { usage: { ...usage } }),
    ...(fileNames !== undefined && { file_names: { ...fileNames } }),
    time,
  };
}

function eventsToFile(events: TurnRecord["events"], calls: readonly CallRecord[]): WrittenEvent[] {
  let round = 0;
  let delta = "";
  const written: WrittenEvent[] = [];
  for (const { at, event } of events) {
    switch (event.kind) {
      case "text":
        delta += event.delta;
        break;
      case "requires_action": {
        round += 1;
        const asked = calls.filter((call) => call.round === round);
        written.push({ at, kind: "calls", calls: asked.map(callToFile) });
        break;
      }
      case "message":
        delta = "";
        written.push(withoutEmpty(at, event));
        break;
      case "code":
      case "search": {
        const { callId: _, ...rest } = event;
        written.push(withoutEmpty(at, rest));
        break;
      }
      case "waiting":
      case "resumed":
      case "ended":
        break;
    }
  }
  // The last text, if it never became a message.
  if (delta !== "") written.push({ at: events.at(-1)?.at ?? 0, kind: "text", delta });
  return written;
}

/** An event without empty values, which readers assume by default. */
function withoutEmpty(at: number, event: object): WrittenEvent {
  const kept = Object.entries(event).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return { at, ...Object.fromEntries(kept) } as WrittenEvent;
}

function callToFile({ callId, name, arguments: written, args, outcome, changes, at, took }: CallRecord): WrittenCall {
  const given = isObject(args) ? { with: args } : { arguments: written };
  if (outcome === null) return { name, ...given };
  const answer = outcome.kind === "error" ? { error: outcome.message } : { result: outcome.value };
  const id = JSON.stringify(answer).includes(callId) ? { id: callId } : {};
  return { name, ...id, ...given, ...answer, ...(changes !== undefined && { changes: [...changes] }), at, took };
}
