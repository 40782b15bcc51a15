import type { JsonObject } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";
import { type Call, createCall } from "../http/call.ts";
import type { Connection } from "../http/connection.ts";
import type { Usage } from "../target.ts";
import { type ChatAnswer, parseChatAnswer, requestBody, vectorsOf } from "./chat-wire.ts";

/** A message of what was said before the answer. */
export interface ChatMessage {
  role: "system" | "user" | "assistant";
  text: string;
}

/** What is asked of a model in one request. */
export interface ChatRequest {
  messages: readonly ChatMessage[];
  /** The form of the answer, for endpoints that can keep one; the answer is checked by whoever reads it in any case. */
  schema?: { name: string; schema: JsonObject };
  /** For the same answer to the same request, as far as the endpoint keeps to it; `null`, or absent: any. */
  seed?: number | null;
}

/** A model behind a chat-completions endpoint: each request is on its own. */
export interface ChatModel {
  /** Throws a ProblemError of kind `remote` when the endpoint does not do its part. */
  complete(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer>;
  /** A vector for each text, in their order. Throws like `complete`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<{ vectors: number[][]; usage: Usage | null }>;
}

/** Which model an endpoint is asked for, and how. */
export interface ChatOptions {
  model: string;
  /** `null`: not sent, so that the endpoint's own default counts. */
  temperature: number | null;
  /** Milliseconds for a whole answer. */
  timeout: number;
}

/** Fields that not every endpoint, or not every model of it, takes; in the order in which they are given up. */
const optionalFields = ["seed", "response_format", "temperature"] as const;
export type OptionalField = (typeof optionalFields)[number];

/**
 * A model at a connection. A field that the endpoint refuses is left out from then on: small servers know no schema of an answer, and
 * reasoning models no temperature.
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

/** The field of a refused request that may be left out next time; `null` when the refusal is about something else. */
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
