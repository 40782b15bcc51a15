import type { ModelEvent } from "../model.ts";
import { asList, asObject, someTextOrNull, isObject } from "../../../kit/json.ts";

/** A piece of a tool call as a server sent it. Missing values are `null`. */
export interface CallFragment {
  index: number | null;
  id: string | null;
  name: string | null;
  arguments: string;
}

/** The content of one chunk of a chat completion; a complete completion is one big chunk. */
export interface Chunk {
  text: string;
  /** The model's reasoning, where a server returns it: `reasoning_content`, or `reasoning`. */
  reasoning: string;
  refusal: string;
  calls: CallFragment[];
  finish: string | null;
  usage: Omit<Extract<ModelEvent, { kind: "usage" }>, "kind"> | null;
  /** The server's message when the chunk is an error. */
  error: string | null;
}

/** Reads a `chat.completion.chunk`, or a complete `chat.completion`; `null` when it is not an object. Unknown fields are ignored. */
export function parseChunk(value: unknown): Chunk | null {
  if (!isObject(value)) return null;
  const choice = asObject(asList(value.choices)[0]);
  const said = asObject(choice.delta ?? choice.message);
  return {
    text: textOf(said.content),
    reasoning: someTextOrNull(said.reasoning_content) ?? someTextOrNull(said.reasoning) ?? "",
    refusal: someTextOrNull(said.refusal) ?? "",
    calls: asList(said.tool_calls).map(parseFragment),
    finish: someTextOrNull(choice.finish_reason),
    usage: parseUsage(value.usage),
    error: errorText(value),
  };
}

function parseFragment(value: unknown): CallFragment {
  const { index, id, function: called } = asObject(value);
  const { name, arguments: written } = asObject(called);
  return {
    index: typeof index === "number" ? index : null,
    id: someTextOrNull(id),
    name: someTextOrNull(name),
    arguments: isObject(written) ? jsonText(written) : (someTextOrNull(written) ?? ""),
  };
}

function parseUsage(value: unknown): Chunk["usage"] {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens, ...details } = asObject(value);
  if (typeof promptTokens !== "number") return null;
  const cached = asObject(details.prompt_tokens_details).cached_tokens;
  const reasoning = asObject(details.completion_tokens_details).reasoning_tokens;
  return {
    promptTokens,
    completionTokens: typeof completionTokens === "number" ? completionTokens : 0,
    ...(typeof cached === "number" && { cachedTokens: cached }),
    ...(typeof reasoning === "number" && { reasoningTokens: reasoning }),
  };
}

/** The message of an error body: `{"error": {"message"}}`, `{"error": "..."}`, `{"message"}` of an error object, or `{"detail"}`. */
export function errorText(value: unknown): string | null {
  if (!isObject(value)) return null;
  const { error, object, message, detail } = value;
  if (error != null) return someTextOrNull(asObject(error).message) ?? someTextOrNull(error) ?? jsonText(error);
  if (object === "error") return someTextOrNull(message) ?? "";
  return detail === undefined ? null : (someTextOrNull(detail) ?? jsonText(detail));
}

/** The text of a content, which is a text or a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return asList(content)
    .map((part) => someTextOrNull(asObject(part).text) ?? "")
    .join("");
}

/** The JSON text of a part of an answer, or a note when it is nested too deep. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '"(nested too deep)"';
  }
}
