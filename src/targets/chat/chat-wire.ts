import { cutEnd } from "../../kit/difference.ts";
import { asList, asObject, isObject, objectsOf, parseJson, someTextOrNull, type JsonObject } from "../../kit/json.ts";
import { ProblemError, problem } from "../../problem.ts";
import { malformedAnswer } from "../failure.ts";
import type { Usage } from "../target.ts";
import { usageOf } from "../usage.ts";
import type { ChatOptions, ChatRequest, OptionalField } from "./chat-model.ts";

/** A model's answer: a text, or why there is no usable one. */
export type ChatAnswer = {
  usage: Usage | null;
  /** The model's name from the endpoint; `null` when it is not given. */
  model: string | null;
} & ({ kind: "text"; text: string } | { kind: "none"; why: string });

interface Circumstance {
  what: string;
  baseUrl: string;
}

/** The body of `POST /chat/completions`, without the fields that the endpoint refused. */
export function requestBody(
  { messages, schema, seed = null }: ChatRequest,
  { model, temperature }: ChatOptions,
  refused: ReadonlySet<OptionalField>,
): JsonObject {
  return {
    model,
    messages: messages.map(({ role, text }) => ({ role, content: text })),
    ...(seed !== null && !refused.has("seed") && { seed }),
    ...(temperature !== null && !refused.has("temperature") && { temperature }),
    ...(schema !== undefined &&
      !refused.has("response_format") && {
        response_format: { type: "json_schema", json_schema: { ...schema, strict: true } },
      }),
  };
}

/**
 * Reads the answer to `POST /chat/completions`, including one that is streamed without being requested, or sent as plain text. Throws a
 * ProblemError for anything that is not a chat completion, and for an error object in its place.
 */
export function parseChatAnswer(value: unknown, circumstance: Circumstance): ChatAnswer {
  const completion = completionOf(value);
  if (completion === null)
    throw malformedAnswer(circumstance.what, circumstance.baseUrl, "something that is not a chat completion");
  const said = errorText(completion);
  if (said !== null) throw failed(circumstance, said);
  const [choice] = objectsOf(completion.choices);
  if (choice === undefined)
    throw malformedAnswer(circumstance.what, circumstance.baseUrl, "a completion without choices");
  const message = asObject(choice.message);
  const about = { usage: usageOf(completion.usage), model: someTextOrNull(completion.model) };
  const refusal = someTextOrNull(message.refusal);
  if (refusal !== null) return { ...about, kind: "none", why: `the model refused: ${refusal}` };
  if (choice.finish_reason === "length")
    return { ...about, kind: "none", why: "the answer was cut off at its maximum length" };
  if (choice.finish_reason === "content_filter")
    return { ...about, kind: "none", why: "a content filter stopped the answer" };
  const text = withoutReasoning(textOf(message.content)).trim();
  return text === "" ? { ...about, kind: "none", why: "the answer is empty" } : { ...about, kind: "text", text };
}

/** Reads the answer to `POST /embeddings`: as many vectors as texts, all of one length. Throws a ProblemError for anything else. */
export function vectorsOf(
  value: unknown,
  count: number,
  { what, baseUrl }: Circumstance,
): { vectors: number[][]; usage: Usage | null } {
  const answer = asObject(typeof value === "string" ? parseJson(value) : value);
  const said = errorText(answer);
  if (said !== null) throw failed({ what, baseUrl }, said);
  const inOrder = objectsOf(answer.data).toSorted((a, b) => Number(a.index ?? 0) - Number(b.index ?? 0));
  const vectors = inOrder.map(({ embedding }) => asList(embedding).filter((each) => typeof each === "number"));
  const size = vectors[0]?.length ?? 0;
  if (vectors.length !== count || size === 0 || vectors.some(({ length }) => length !== size))
    throw malformedAnswer(what, baseUrl, "something other than one vector per text");
  return { vectors, usage: usageOf({ completion_tokens: 0, ...asObject(answer.usage) }) };
}

function completionOf(value: unknown): JsonObject | null {
  if (isObject(value)) return value;
  if (typeof value !== "string") return null;
  const parsed = parseJson(value);
  return isObject(parsed) ? parsed : joinedChunks(value);
}

/** The completion in a stream of `data:` lines; `null` when it is not such a stream, or was cut off. */
function joinedChunks(text: string): JsonObject | null {
  const lines = text.split(/\r?\n/).flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trim()] : []));
  const chunks = lines.flatMap((line) => (line === "[DONE]" ? [] : [asObject(parseJson(line))]));
  const error = chunks.find((chunk) => errorText(chunk) !== null);
  if (error !== undefined) return error;
  const choices = chunks.flatMap(({ choices }) => objectsOf(choices).slice(0, 1));
  const finish = choices.findLast(({ finish_reason: reason }) => typeof reason === "string")?.finish_reason;
  if (choices.length === 0 || (finish === undefined && !lines.includes("[DONE]"))) return null;
  const content = choices.map(({ delta }) => textOf(asObject(delta).content)).join("");
  const last = Object.assign({}, ...chunks) as JsonObject;
  const usage = chunks.findLast((chunk) => isObject(chunk.usage))?.usage;
  return { ...last, usage, choices: [{ message: { content }, finish_reason: finish ?? "stop" }] };
}

/** The text of a content, which is a text or a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return objectsOf(content)
    .map(({ text }) => someTextOrNull(text) ?? "")
    .join("");
}

/** Removes the reasoning that small servers leave at the start of an answer. */
function withoutReasoning(text: string): string {
  return text.replace(/^\s*<think(?:ing)?>[^]*?<\/think(?:ing)?>/, "");
}

function errorText({ error, object, message, detail }: JsonObject): string | null {
  if (error !== undefined && error !== null)
    return someTextOrNull(asObject(error).message) ?? someTextOrNull(error) ?? JSON.stringify(error);
  if (object === "error") return someTextOrNull(message) ?? "no details";
  return someTextOrNull(detail);
}

/** The number of characters shown of an endpoint's error message. */
const longestWords = 500;

function failed({ what, baseUrl }: Circumstance, said: string): ProblemError {
  return new ProblemError([
    problem("server_failed", `could not ${what}: ${baseUrl} answered with an error: ${cutEnd(said, longestWords)}`),
  ]);
}
