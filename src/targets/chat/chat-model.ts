import type { JsonObject } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";
import { type Call, createCall } from "../http/call.ts";
import type { Connection } from "../http/connection.ts";
import type { Usage } from "../target.ts";
import { type ChatAnswer, parseChatAnswer, requestBody, vectorsOf } from "./chat-wire.ts";

/** A message that precedes the answer. */
export interface ChatMessage {
  role: "system" | "user" | "assistant";
  text: string;
}

/** One request to a model. */
export interface ChatRequest {
  messages: readonly ChatMessage[];
  /** The schema of the answer, for endpoints that support one; the caller checks the answer in any case. */
  schema?: { name: string; schema: JsonObject };
  /** Asks for the same answer to the same request, as far as the endpoint supports it; `null` or absent: not sent. */
  seed?: number | null;
}

/** A model behind a chat-completions endpoint. Requests are independent of each other. */
export interface ChatModel {
  /** Throws a ProblemError of kind `remote` when the endpoint fails. */
  complete(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer>;
  /** A vector for each text, in the same order. Throws like `complete`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<{ vectors: number[][]; usage: Usage | null }>;
}

/** The model to request and how. */
export interface ChatOptions {
  model: string;
  /** `null`: not sent, so that the endpoint's default applies. */
  temperature: number | null;
  /** Milliseconds for a complete answer. */
  timeout: number;
}

/** Fields that some endpoints or models refuse, in the order in which they are dropped. */
const optionalFields = ["seed", "response_format", "temperature"] as const;
export type OptionalField = (typeof optionalFields)[number];

/**
 * A model at a connection. A field that the endpoint refuses is left out from then on: small servers do not support answer schemas, and
 * reasoning models do not support a temperature.
 */
export function createChatModel(connection: Connection, options: ChatOptions): ChatModel {
  const call = createCall(connection);
  const { model, timeout: answerTime } = options;
  const refused = new Set<OptionalField>();
  const what = `ask the model ${model}`;

  async function complete(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
    const body = requestBody(request, options, refused);
    try {
      return parseChatAnswer(await post(call, what, "/chat/completions", body, { signal, answerTime }), {
        what,
        baseUrl: connection.baseUrl,
      });
    } catch (error) {
      const field = refusedField(error, body, refused);
      if (field === null) throw error;
      refused.add(field);
      return complete(request, signal);
    }
  }

  return {
    complete,
    async embed(texts, signal) {
      const about = `ask ${model} for embeddings`;
      const body = { model, input: texts, encoding_format: "float" };
      const answer = await post(call, about, "/embeddings", body, { signal, answerTime });
      return vectorsOf(answer, texts.length, { what: about, baseUrl: connection.baseUrl });
    },
  };
}

function post(
  call: Call,
  what: string,
  path: string,
  body: JsonObject,
  options: { signal: AbortSignal; answerTime: number },
): Promise<unknown> {
  return call(what, (client) => client.post(path, { body }), { ...options, isRepeatable: true });
}

/** The optional field that caused a refusal; `null` when the refusal has another cause. */
function refusedField(error: unknown, body: JsonObject, refused: ReadonlySet<OptionalField>): OptionalField | null {
  if (!(error instanceof ProblemError)) return null;
  const [{ api, message } = { message: "" }] = error.problems;
  if (api?.status !== 400 && api?.status !== 422) return null;
  const words = `${message} ${api.param ?? ""}`;
  const names: Record<OptionalField, RegExp> = {
    seed: /\bseed\b/i,
    response_format: /response_format|json_schema|structured|schema/i,
    temperature: /temperature/i,
  };
  const sent = optionalFields.filter((field) => field in body && !refused.has(field));
  return sent.find((field) => names[field].test(words)) ?? null;
}
