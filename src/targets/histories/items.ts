import { type JsonObject, asList, asText, objectsOf, someTextOrNull } from "../../kit/json.ts";
import type { HistoryCall, HistoryEvent } from "../history.ts";

/** The events of a conversation, from the items that a Responses API returns, oldest first. */
export function itemsHistory(items: readonly JsonObject[]): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const item of items) {
    const last = events.at(-1);
    const call = callOf(item);
    // Consecutive calls were requested together.
    if (call !== null && last?.kind === "calls")
      events[events.length - 1] = { kind: "calls", calls: [...last.calls, call] };
    else if (call !== null) events.push({ kind: "calls", calls: [call] });
    else events.push(...eventsOf(item));
  }
  return events;
}

function callOf({ type, call_id: id, name, arguments: written }: JsonObject): HistoryCall | null {
  if (type !== "function_call" || typeof name !== "string") return null;
  return { callId: someTextOrNull(id), name, arguments: written };
}

function eventsOf(item: JsonObject): HistoryEvent[] {
  switch (item.type ?? (item.role === undefined ? "" : "message")) {
    case "message":
      return messageEvents(item);
    case "function_call_output":
      return [{ kind: "answer", callId: someTextOrNull(item.call_id), name: null, output: outputOf(item.output) }];
    case "code_interpreter_call": {
      const logs = objectsOf(item.outputs).map((each) => asText(each.logs));
      return [{ kind: "code", input: asText(item.code), logs: logs.join("") }];
    }
    case "file_search_call":
      return [{ kind: "search", query: someTextOrNull(asList(item.queries)[0]) }];
    case "reasoning":
      return [];
    default:
      return [{ kind: "left_out", what: `an item of type ${asText(item.type) || "unknown"}` }];
  }
}

/** The text of an output, complete or in parts; any other value unchanged. */
function outputOf(output: unknown): unknown {
  return Array.isArray(output)
    ? objectsOf(output)
        .map(({ text }) => asText(text))
        .join("")
    : output;
}

function messageEvents(item: JsonObject): HistoryEvent[] {
  const parts = typeof item.content === "string" ? [{ text: item.content }] : objectsOf(item.content);
  const text = parts.map((part: JsonObject) => asText(part.text) || asText(part.refusal)).join("");
  if (item.role === "user") return [{ kind: "user", text, files: parts.flatMap(fileOf) }];
  if (item.role !== "assistant") return [{ kind: "instructions", text }];
  if (parts.some(({ refusal }: JsonObject) => typeof refusal === "string")) return [{ kind: "refused", text }];
  return text.trim() === "" ? [] : [{ kind: "said", text }];
}

function fileOf({ type, file_id: id, filename }: JsonObject): string[] {
  if (type !== "input_image" && type !== "input_file") return [];
  return [someTextOrNull(id) ?? someTextOrNull(filename) ?? "an image"];
}
