import { asText, isObject, objectsOf, type JsonObject } from "../../../kit/json.ts";
import type { HistoryEvent } from "../../../targets/history.ts";
import { contentOf } from "./content.ts";

/** Items that do not show actions: the model's reasoning, and lists of tools. */
const silent = new Set(["reasoning", "mcp_list_tools", "compaction", "item_reference", "mcp_approval_response"]);

/** The events of an item of the Responses API; `null` for any other object, and for items that are read like any message. */
export function itemEvents(item: JsonObject): HistoryEvent[] | null {
  const { type } = item;
  if (typeof type !== "string") return null;
  if (type === "function_call" && typeof item["name"] === "string") {
    const callId = asText(item["call_id"] ?? item["id"]) || null;
    return [{ kind: "calls", calls: [{ callId, name: item["name"], arguments: item["arguments"] ?? {} }] }];
  }
  if (type === "function_call_output") {
    const { output } = item;
    const text = Array.isArray(output) ? contentOf({ content: output }).text : output;
    return [{ kind: "answer", callId: asText(item["call_id"]) || null, name: null, output: text }];
  }
  if (type === "code_interpreter_call") {
    const logs = objectsOf(item["outputs"]).flatMap((each) => (typeof each["logs"] === "string" ? [each["logs"]] : []));
    return [{ kind: "code", input: asText(item["code"]), logs: logs.join("\n") }];
  }
  if (type === "file_search_call") {
    const queries = Array.isArray(item["queries"]) ? item["queries"] : [];
    return [{ kind: "search", query: asText(queries[0]) || null }];
  }
  if (silent.has(type)) return [];
  // `tool_call` and the like are roles of other formats.
  const isBuiltIn =
    /^(?:web_search|computer|image_generation|mcp|local_shell|shell|apply_patch|custom_tool)_call(?:_output)?$/;
  if (isBuiltIn.test(type) || type === "mcp_approval_request") return [{ kind: "left_out", what: type }];
  return null;
}

/** The error that a response or a run ended with; `null` for one that ended well. */
export function endOf(value: JsonObject): HistoryEvent | null {
  const { status } = value;
  if (status !== "failed" && status !== "incomplete" && status !== "expired" && status !== "cancelled") return null;
  const error = isObject(value["error"]) ? value["error"] : isObject(value["last_error"]) ? value["last_error"] : {};
  const reason = isObject(value["incomplete_details"]) ? asText(value["incomplete_details"]["reason"]) : "";
  return { kind: "ended", status, code: asText(error["code"]) || reason, message: asText(error["message"]) };
}
