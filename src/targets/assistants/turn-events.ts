import type { WireEvent } from "../http/client.ts";
import type { EndStatus, FunctionCall, TurnEvent } from "../target.ts";
import { usageOf } from "../usage.ts";
import { type JsonObject, asObject, asText, objectsOf, someTextOrNull } from "../../kit/json.ts";

/** Translates the events of one stream into turn events. */
export interface TurnReader {
  read(event: WireEvent): TurnEvent[];
  runId(): string | null;
  /** True once the turn has ended or waits for tool outputs. */
  isOver(): boolean;
}

const ends: Record<string, EndStatus> = {
  "thread.run.completed": "completed",
  "thread.run.failed": "failed",
  "thread.run.incomplete": "incomplete",
  "thread.run.expired": "expired",
  "thread.run.cancelled": "cancelled",
};

/** A reader that returns no message or step twice: `told` has the ids of those returned so far, and is extended. */
export function createTurnReader(told: Set<string>): TurnReader {
  let runId: string | null = null;
  let over = false;
  const isRepeated = (event: string, { id }: JsonObject) => {
    const isWhole = /^thread\.(message|run\.step)\.(completed|incomplete|failed)$/.test(event);
    if (!isWhole || typeof id !== "string") return false;
    const isKnown = told.has(id);
    told.add(id);
    return isKnown;
  };
  return {
    read({ event, data }) {
      const object = asObject(data);
      if (event.startsWith("thread.run.") && !event.startsWith("thread.run.step.")) runId = asText(object.id) || runId;
      const events = isRepeated(event, object) ? [] : translate(event, object);
      over ||= events.some(({ kind }) => kind === "ended" || kind === "requires_action");
      return events;
    },
    runId: () => runId,
    isOver: () => over,
  };
}

function translate(event: string, data: JsonObject): TurnEvent[] {
  const status = ends[event];
  if (status !== undefined) return [endOf(status, data)];
  switch (event) {
    case "thread.message.delta":
      return objectsOf(asObject(data.delta).content)
        .map((part) => asText(asObject(part.text).value))
        .filter((delta) => delta !== "")
        .map((delta) => ({ kind: "text", delta }));
    case "thread.message.completed":
    case "thread.message.incomplete":
      return [{ kind: "message", text: textOf(data), citations: citationsOf(data), files: filesOf(data) }];
    case "thread.run.step.completed":
    case "thread.run.step.failed":
      return objectsOf(asObject(data.step_details).tool_calls).flatMap(toolEvent);
    case "thread.run.requires_action":
      return [{ kind: "requires_action", calls: callsOf(data) }];
    default:
      return [];
  }
}

function endOf(status: EndStatus, run: JsonObject): TurnEvent {
  const error = asObject(run.last_error);
  const reason = asObject(run.incomplete_details).reason;
  return {
    kind: "ended",
    status,
    error: run.last_error ? { code: asText(error.code), message: asText(error.message) } : null,
    reason: typeof reason === "string" ? reason : null,
    usage: usageOf(run.usage),
    model: someTextOrNull(run.model),
  };
}

/** The calls that a run waits for. */
export function callsOf(run: JsonObject): FunctionCall[] {
  const calls = asObject(asObject(run.required_action).submit_tool_outputs).tool_calls;
  return objectsOf(calls).map((call) => ({
    callId: asText(call.id),
    name: asText(asObject(call.function).name),
    arguments: asText(asObject(call.function).arguments),
  }));
}

function toolEvent(call: JsonObject): TurnEvent[] {
  const callId = asText(call.id);
  if (call.type === "code_interpreter") {
    const { input, outputs } = asObject(call.code_interpreter);
    const parts = objectsOf(outputs);
    return [
      {
        kind: "code",
        callId,
        input: asText(input),
        logs: parts.map((part) => asText(part.logs)).join(""),
        images: parts.map((part) => asText(asObject(part.image).file_id)).filter((id) => id !== ""),
      },
    ];
  }
  if (call.type === "file_search") {
    const results = objectsOf(asObject(call.file_search).results);
    return [
      {
        kind: "search",
        callId,
        results: results.map((result) => ({ file: asText(result.file_name), score: Number(result.score ?? 0) })),
      },
    ];
  }
  return [];
}

/** The text of a message: its text parts joined. */
export function textOf(message: object): string {
  return objectsOf((message as JsonObject).content)
    .map((part) => (part.type === "refusal" ? asText(part.refusal) : asText(asObject(part.text).value)))
    .join("");
}

function citationsOf(message: JsonObject) {
  return annotationsOf(message)
    .filter(({ type }) => type === "file_citation")
    .map((annotation) => ({
      text: asText(annotation.text),
      fileId: asText(asObject(annotation.file_citation).file_id),
      start: Number(annotation.start_index),
      end: Number(annotation.end_index),
    }));
}

function filesOf(message: JsonObject): string[] {
  const produced = annotationsOf(message).map(({ file_path }) => asText(asObject(file_path).file_id));
  const images = objectsOf(message.content).map(({ image_file }) => asText(asObject(image_file).file_id));
  return [...produced, ...images].filter((id) => id !== "");
}

function annotationsOf(message: JsonObject): JsonObject[] {
  return objectsOf(message.content).flatMap(({ text }) => objectsOf(asObject(text).annotations));
}
