import { asText, isObject, parseShallowJson } from "../../../kit/json.ts";
import type { HistoryCall } from "../../../targets/history.ts";
import { type Marks, takeMarked } from "./marked-parts.ts";
import { type PythonCall, parsePythonCalls, parsePythonLiteral } from "./python-literal.ts";

/** A text that may contain calls, split into text and calls. */
export interface TextWithCalls {
  /** The remaining text. */
  text: string;
  calls: HistoryCall[];
  /** The number of parts that look like a call but cannot be read. */
  unread: number;
}

/**
 * The conventions by which models write calls as text: `<tool_call>` of Hermes and Qwen, `<functioncall>` of Glaive, `[TOOL_CALLS]` of Mistral,
 * `<|python_tag|>` of Llama.
 */
const conventions: readonly Marks[] = [
  { begin: /<tool_call>/g, end: /<\/tool_call>/g, needsEnd: true },
  { begin: /<function_?call>/g, end: /<\/function_?call>|<\|endoftext\|>/g, needsEnd: false },
  { begin: /\[TOOL_CALLS\]/g, end: /<\/s>/g, needsEnd: false },
  { begin: /<\|python_tag\|>/g, end: /<\|e[a-z]{1,10}_id\|>/g, needsEnd: false },
];
const responses: Marks = { begin: /<tool_response>/g, end: /<\/tool_response>/g, needsEnd: true };

/** Extracts the calls from a text by an assistant. */
export function takeCalls(written: string): TextWithCalls {
  let text = written;
  const calls: HistoryCall[] = [];
  let unread = 0;
  for (const convention of conventions) {
    const { parts, rest } = takeMarked(text, convention);
    text = rest;
    for (const part of parts) {
      const read = readCalls(part);
      if (read === null) unread += 1;
      else calls.push(...read);
    }
  }
  // ToolACE and others: the entire message is a list of calls.
  const only =
    calls.length === 0 && text.trim().startsWith("[") && text.trim().endsWith("]") ? parsePythonCalls(text) : null;
  if (only !== null) return { text: "", calls: only.map(fromPython), unread };
  return { text, calls, unread };
}

/** Calls in JSON or Python syntax, one or a list; `null` for a text without calls. */
export function readCalls(written: string): HistoryCall[] | null {
  const text = written.trim();
  const value = parseShallowJson(text) ?? parsePythonLiteral(text);
  if (value === undefined) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const each = lines.map((line) => parseShallowJson(line));
    if (lines.length > 1 && each.every((one) => one !== undefined)) return callsIn(each);
    return parsePythonCalls(text)?.map(fromPython) ?? null;
  }
  return callsIn(Array.isArray(value) ? value : [value]);
}

function fromPython({ name, arguments: args }: PythonCall): HistoryCall {
  return { callId: null, name, arguments: args };
}

function callsIn(values: readonly unknown[]): HistoryCall[] | null {
  const calls = values.map(readCall);
  return calls.length > 0 && calls.every((call) => call !== null) ? calls : null;
}

/** The keys of the arguments in a call. */
const argumentKeys = ["arguments", "parameters", "args", "input", "kwargs", "tool_input"];

/** A call from a JSON object, in the forms of APIs and data sets; `null` for any other object. */
export function readCall(value: unknown): HistoryCall | null {
  if (!isObject(value)) return null;
  const inner = isObject(value["function"]) ? value["function"] : value;
  const name = [inner["name"], inner["tool_name"], inner["function"], inner["api_name"], inner["tool"]].find(
    (each) => typeof each === "string" && each !== "",
  );
  const key = argumentKeys.find((each) => Object.hasOwn(inner, each));
  if (typeof name !== "string" || (key === undefined && inner === value && value["type"] !== "function")) return null;
  const callId = asText(value["id"] ?? value["call_id"] ?? value["tool_call_id"]) || null;
  return { callId, name, arguments: key === undefined ? {} : inner[key] };
}

/** The answers of tools that are written between tags; `null` for a text without such tags. */
export function takeResponses(text: string): { name: string | null; output: unknown }[] | null {
  const { parts } = takeMarked(text, responses);
  if (parts.length === 0) return null;
  return parts.map((inner) => {
    const value = parseShallowJson(inner) ?? parsePythonLiteral(inner);
    if (isObject(value) && typeof value["name"] === "string" && Object.hasOwn(value, "content"))
      return { name: value["name"], output: value["content"] };
    return { name: null, output: value ?? inner };
  });
}
