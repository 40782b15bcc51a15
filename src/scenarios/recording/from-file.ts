import type { Opinions } from "../asking/ask.ts";
import type { WrittenRecording } from "../../project/schemas/recording.ts";
import type { EndStatus, FunctionCall, OpeningMessage, TurnEvent, Usage } from "../../targets/target.ts";
import { parseArguments, type CallOutcome, type CallRecord, type TurnRecord, messageOf } from "../record/record.ts";
import type { Operation } from "../world/operations.ts";
import { recordedCallId, type Recording } from "./recording.ts";

type WrittenTurn = WrittenRecording["turns"][number];
type WrittenEvent = WrittenTurn["events"][number];
type WrittenCalls = Extract<WrittenEvent, { kind: "calls" }>;

/** A recording prepared for replay; its calls are given ids. */
export function recordingFromFile({
  format_version: _version,
  opening,
  turns,
  opinions = {},
  ...about
}: WrittenRecording): Recording {
  // The schema guarantees objects; their content was written by `recordingToFile` and is compared as a unit.
  return {
    ...about,
    opening: opening as OpeningMessage[],
    turns: turns.map(turnFromFile),
    opinions: opinions as Opinions,
  };
}

function turnFromFile(written: WrittenTurn): TurnRecord {
  const { turn: number, part, user, status, error = null, reason = null, model = null, time } = written;
  const usage = written.usage === undefined ? null : (written.usage as unknown as Usage);
  const rounds = written.events.filter((event) => event.kind === "calls");
  const asked = rounds.map((event, index) =>
    callsFromFile(event, part === undefined ? `${number}` : `${number}.${part}`, index + 1),
  );
  const recorded = written.events.map((event) => ({
    at: event.at,
    event: eventFromFile(event, () => asked[rounds.indexOf(event as WrittenCalls)] ?? []),
  }));
  const said = time.first_token === null ? [] : [{ at: time.first_token, event: { kind: "text", delta: "" } as const }];
  const end = isEnd(status)
    ? [{ at: time.total, event: { kind: "ended", status, error, reason, usage, model } as const }]
    : [];
  const events = [...said, ...recorded].toSorted((one, other) => one.at - other.at).concat(end);
  const all = recorded.map(({ event }) => event);
  return {
    number,
    ...(part !== undefined && { part }),
    id: null,
    user,
    ...(written.attachments !== undefined && { attachments: written.attachments }),
    events,
    calls: asked.flat(),
    code: all.flatMap((event) =>
      event.kind === "code" ? [{ input: event.input, logs: event.logs, images: event.images }] : [],
    ),
    messages: all.flatMap((event) => (event.kind === "message" ? [messageOf(event)] : [])),
    valid: true,
    status,
    error,
    reason,
    usage,
    model,
    ...(written.file_names !== undefined && { fileNames: written.file_names }),
    cost: null,
    time,
    saved: {},
  };
}

function isEnd(status: WrittenTurn["status"]): status is EndStatus {
  return status !== "requires_action" && status !== "stopped";
}

function eventFromFile(written: WrittenEvent, callsOf: () => readonly FunctionCall[]): TurnEvent {
  if (written.kind === "calls") {
    const calls = callsOf().map(({ callId, name, arguments: text }) => ({ callId, name, arguments: text }));
    return { kind: "requires_action", calls };
  }
  const { at: _, ...event } = written;
  switch (event.kind) {
    case "text":
      return event;
    case "message":
      return { citations: [], files: [], ...event };
    case "code":
      return { callId: "", logs: "", images: [], ...event };
    case "search":
      return { callId: "", results: [], ...event };
  }
}

function callsFromFile({ at: asked, calls }: WrittenCalls, turn: string, round: number): CallRecord[] {
  return calls.map((call, index) => {
    const text = call.arguments ?? JSON.stringify(call.with ?? {});
    return {
      callId: call.id ?? recordedCallId(turn, round, index),
      name: call.name,
      arguments: text,
      args: parseArguments(text) ?? null,
      round,
      outcome: outcomeOf(call),
      findings: [],
      at: call.at ?? asked,
      took: call.took ?? 0,
      // Written by `recordingToFile`; applying them checks that they fit the world.
      ...(call.changes !== undefined && { changes: call.changes as Operation[] }),
    };
  });
}

function outcomeOf(call: WrittenCalls["calls"][number]): CallOutcome | null {
  if (call.error !== undefined) return { kind: "error", message: call.error };
  return Object.hasOwn(call, "result") ? { kind: "result", value: call.result } : null;
}
