import { type JsonObject, asObject, asText, numberOrNull, objectsOf, someTextOrNull } from "../../kit/json.ts";
import { toldCall, toldCallKey } from "../../kit/told-call.ts";
import type { HistoryCall, HistoryEvent, ThreadHistory } from "../history.ts";
import { textOf } from "../assistants/turn-events.ts";

/** The objects of a thread as the API lists them, in any order: its messages, its runs, and their steps. */
export interface ThreadObjects {
  messages: readonly JsonObject[];
  runs: readonly JsonObject[];
  steps: readonly JsonObject[];
}

/** The history of a thread, from the objects that an Assistants API returns. Missing objects (steps, runs) are missing in it too. */
export function threadHistory({ messages, runs, steps }: ThreadObjects): ThreadHistory {
  const ordered = oldestFirst(messages);
  const byId = new Map(ordered.map((message) => [asText(message["id"]), message]));
  const runIds = new Set([...runs.map(({ id }) => id), ...steps.map((step) => step["run_id"])].map(asText));
  const isOfRun = (message: JsonObject) => message["role"] !== "user" && runIds.has(asText(message["run_id"]));
  const known = new Map(runs.map((run) => [asText(run["id"]), run]));
  const blocks = ordered.flatMap((message, index) =>
    isOfRun(message) ? [] : [{ at: index, events: messageEvents(message) }],
  );
  const ofRuns = [...runIds].map((id) => {
    const own = oldestFirst(steps.filter((step) => step["run_id"] === id));
    const said = ordered.filter((message) => isOfRun(message) && message["run_id"] === id);
    const begun = numberOrNull(known.get(id)?.["created_at"]) ?? numberOrNull(own[0]?.["created_at"]) ?? Infinity;
    const first = said.length > 0 ? ordered.indexOf(said[0] as JsonObject) : lastUpTo(ordered, begun);
    return { at: first + 0.5, begun, events: runEvents(known.get(id) ?? {}, own, said, byId) };
  });
  const runsInOrder = ofRuns.toSorted((one, other) => one.begun - other.begun);
  const all = [...blocks, ...runsInOrder].toSorted((one, other) => one.at - other.at);
  const [run = {}] = oldestFirst(runs);
  const of = ordered.find((message) => someTextOrNull(message["assistant_id"]) !== null) ?? {};
  const instructions = someTextOrNull(run["instructions"]);
  return {
    assistant: someTextOrNull(run["assistant_id"]) ?? someTextOrNull(of["assistant_id"]),
    tools: objectsOf(run["tools"]),
    events: [
      ...(instructions === null ? [] : [{ kind: "instructions", text: instructions } as const]),
      ...all.flatMap(({ events }) => events),
    ],
  };
}

/** Sorts a list that may have the newest first. Objects of the same second keep their listed order. */
function oldestFirst(listed: readonly JsonObject[]): JsonObject[] {
  const times = listed.map((each) => numberOrNull(each["created_at"]) ?? 0);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const answersFirst = first === last && listed[0]?.["role"] === "assistant" && listed.at(-1)?.["role"] === "user";
  const isReversed = first > last || answersFirst;
  const ordered = isReversed ? listed.toReversed() : [...listed];
  return ordered.toSorted((one, other) => Number(one["created_at"] ?? 0) - Number(other["created_at"] ?? 0));
}

/** The index of the last message at that time. */
function lastUpTo(ordered: readonly JsonObject[], time: number): number {
  return ordered.findLastIndex((message) => (numberOrNull(message["created_at"]) ?? 0) <= time);
}

function messageEvents(message: JsonObject): HistoryEvent[] {
  const mark = asText(asObject(message["metadata"])[toldCallKey]);
  const told = mark === "" ? null : toldCall(textOf(message), mark);
  if (told !== null) {
    const { name, arguments: written, output } = told;
    return [{ kind: "calls", calls: [{ callId: null, name, arguments: written, output }] }];
  }
  if (message["role"] === "user") return [{ kind: "user", text: textOf(message), files: filesOf(message) }];
  const refusal = objectsOf(message["content"]).find((part) => part["type"] === "refusal");
  if (refusal !== undefined) return [{ kind: "refused", text: textOf(message) }];
  const text = textOf(message);
  return text.trim() === "" ? [] : [{ kind: "said", text }];
}

function runEvents(
  run: JsonObject,
  steps: readonly JsonObject[],
  said: readonly JsonObject[],
  byId: ReadonlyMap<string, JsonObject>,
): HistoryEvent[] {
  const told = new Set<JsonObject>();
  const ofSteps = steps.flatMap((step) => {
    const details = asObject(step["step_details"]);
    const message = byId.get(asText(asObject(details["message_creation"])["message_id"]));
    if (message !== undefined) {
      told.add(message);
      return messageEvents(message);
    }
    return callEvents(objectsOf(details["tool_calls"]));
  });
  const rest = said.filter((message) => !told.has(message)).flatMap(messageEvents);
  return [...ofSteps, ...rest, ...endEvents(run)];
}

/** The events of a step's calls. Its functions were called together. */
function callEvents(calls: readonly JsonObject[]): HistoryEvent[] {
  const functions = calls.flatMap(({ id, function: called }): HistoryCall[] => {
    const { name, arguments: written, output } = asObject(called);
    if (typeof name !== "string") return [];
    const isAnswered = output !== null && output !== undefined;
    return [{ callId: asText(id) || null, name, arguments: written, ...(isAnswered && { output }) }];
  });
  const builtIn = calls.flatMap((call): HistoryEvent[] => {
    if (call["type"] === "function") return [];
    if (call["type"] === "file_search") return [{ kind: "search", query: null }];
    const { input, outputs } = asObject(call["code_interpreter"]);
    if (typeof input !== "string") return [{ kind: "left_out", what: `a call of type ${asText(call["type"])}` }];
    const logs = objectsOf(outputs).map((part) => asText(part["logs"]));
    return [{ kind: "code", input, logs: logs.join("") }];
  });
  return functions.length === 0 ? builtIn : [...builtIn, { kind: "calls", calls: functions }];
}

function endEvents(run: JsonObject): HistoryEvent[] {
  const { status } = run;
  if (status !== "failed" && status !== "incomplete" && status !== "expired" && status !== "cancelled") return [];
  const { code, message } = asObject(run["last_error"]);
  return [{ kind: "ended", status, code: asText(code), message: asText(message) }];
}

/** The ids of the files attached to a message, which has no file names. */
function filesOf(message: JsonObject): string[] {
  const attached = objectsOf(message["attachments"]).map((each) => asText(each["file_id"]));
  const shown = objectsOf(message["content"]).map((part) => {
    const image = asObject(part["image_file"]);
    return asText(image["file_id"]) || (part["type"] === "image_url" ? "an image" : "");
  });
  return [...attached, ...shown].filter((id) => id !== "");
}
