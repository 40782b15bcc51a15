import type { Model, ModelRequest } from "./model.ts";
import { assemble } from "./openai/assemble.ts";
import { errorText } from "./openai/chunk.ts";
import { embedTexts } from "./openai/embeddings.ts";
import { refusalFailure, type Refusal } from "./openai/failure.ts";
import { listModels } from "./openai/models.ts";
import { offerTools, type Offer } from "./openai/offer.ts";
import { optionalFields, requestBody, type OptionalField } from "./openai/request.ts";
import { send } from "./openai/send.ts";
import { readAnswer } from "./openai/stream.ts";
import { defaultRequestLimits, type RequestLimits, type Upstream } from "./openai/upstream.ts";

/** The endpoint, and the names of its models. */
export interface ChatCompletionsOptions extends Omit<Upstream, "limits"> {
  /** A model name in the files -> its name at the endpoint; `*` matches every other one. Embeddings use `text-embedding-3-small` through this map too. */
  models: Readonly<Record<string, string>>;
  limits?: Partial<RequestLimits>;
}

const embeddingModel = "text-embedding-3-small";

/** A model behind `POST /chat/completions` at any base URL: OpenAI, Ollama, vLLM, LM Studio, llama.cpp, a proxy. */
export function createChatCompletionsModel({ models, limits, ...rest }: ChatCompletionsOptions): Model {
  const upstream: Upstream = { ...rest, limits: { ...defaultRequestLimits, ...limits } };
  const upstreamName = (model: string) => models[model] ?? models["*"] ?? model;
  const refused = new Set<OptionalField>();
  let embeds = true;

  /** Sends a round without the optional fields that the endpoint refused before; one refused now is left out from here on. */
  async function ask(request: ModelRequest, offers: readonly Offer[], signal: AbortSignal): Promise<Response> {
    const model = upstreamName(request.model);
    for (;;) {
      const without = new Set(refused);
      const body = requestBody(request, model, offers, without);
      const onWaiting = (reason: string | null) => upstream.onWaiting?.(request.runId, reason);
      const sent = await send(upstream, { path: "/chat/completions", body, signal, onWaiting });
      if (sent.kind === "answered") return sent.response;
      const field = fieldToBlame(sent.refusal);
      if (field === null || without.has(field)) throw refusalFailure(upstream, sent.refusal, model);
      refused.add(field);
    }
  }

  return {
    async *respond(request, signal) {
      const offers = offerTools(request.tools);
      const response = await ask(request, offers, signal);
      yield* readAnswer(upstream, response, assemble(request, offers), signal);
    },
    list: () => listModels(upstream, models),
    async embed(texts, signal) {
      if (!embeds) return null;
      const vectors = await embedTexts(upstream, { model: upstreamName(embeddingModel), texts, signal });
      embeds = vectors !== null;
      return vectors;
    },
  };
}

const unknownField = /unsupported|not supported|unknown|unrecogni[sz]ed|unexpected|extra|not (permitted|allowed)/i;

/** The optional field that a refusal reports as unknown. */
function fieldToBlame({ status, body }: Refusal): OptionalField | null {
  if (status !== 400 && status !== 422) return null;
  const words = errorText(body) ?? "";
  if (!unknownField.test(words)) return null;
  return optionalFields.find((field) => words.includes(field)) ?? null;
}
