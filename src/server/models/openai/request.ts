import type { ModelContent, ModelMessage, ModelRequest, ModelRound } from "../model.ts";
import { textOf } from "../text.ts";
import type { Offer } from "./offer.ts";
import { asObject } from "../../../kit/json.ts";

/** Fields that can be left out where an endpoint does not know them; `max_tokens` replaces the first. */
export const optionalFields = ["max_completion_tokens", "stream_options"] as const;
/** One of those fields. */
export type OptionalField = (typeof optionalFields)[number];

/** The body of `POST /chat/completions` for one round. `model` is the upstream's name; unset fields are not sent. */
export function requestBody(
  request: ModelRequest,
  model: string,
  offers: readonly Offer[],
  refused: ReadonlySet<OptionalField>,
): Record<string, unknown> {
  const limit = refused.has("max_completion_tokens") ? "max_tokens" : "max_completion_tokens";
  return definedOnly({
    model,
    messages: wireMessages(request, offers),
    ...toolFields(request, offers),
    response_format: responseFormat(request.responseFormat),
    temperature: unlessDefault(request.temperature),
    top_p: unlessDefault(request.topP),
    reasoning_effort: request.reasoningEffort,
    [limit]: request.maxCompletionTokens,
    stream: true,
    stream_options: refused.has("stream_options") ? null : { include_usage: true },
  });
}

/** Leaves out the default. An assistant always has both values, 1 by default; endpoints have the same default, and some models refuse explicit values. */
function unlessDefault(value: number | null): number | null {
  return value === 1 ? null : value;
}

function definedOnly(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

function toolFields(request: ModelRequest, offers: readonly Offer[]): Record<string, unknown> {
  if (offers.length === 0) return {};
  return {
    tools: offers.map(({ definition }) => ({ type: "function", function: definition })),
    tool_choice: toolChoice(request, offers),
    parallel_tool_calls: request.parallelToolCalls ? null : false,
  };
}

function toolChoice({ toolChoice: choice }: ModelRequest, offers: readonly Offer[]): unknown {
  if (choice.kind === "auto") return null;
  if (choice.kind === "none" || choice.kind === "required") return choice.kind;
  const wanted = choice.kind === "function" ? choice.name : choice.kind;
  const tool = choice.kind === "function" ? "function" : choice.kind;
  const offer = offers.find((each) => each.tool === tool && each.name === wanted);
  return { type: "function", function: { name: offer?.offeredName ?? wanted } };
}

function responseFormat(format: unknown): unknown {
  const { type } = asObject(format);
  return type === "json_object" || type === "json_schema" ? format : null;
}

function wireMessages({ instructions, messages, rounds }: ModelRequest, offers: readonly Offer[]): unknown[] {
  const system = instructions === null || instructions === "" ? [] : [{ role: "system", content: instructions }];
  return [
    ...system,
    ...messages.flatMap((message) => wireMessage(message, offers)),
    ...rounds.flatMap((round) => wireRound(round, offers)),
  ];
}

/** A message on the wire. Chat completions accept only text from the assistant; an assistant message without text is left out. */
function wireMessage(message: ModelMessage, offers: readonly Offer[]): unknown[] {
  const { calls = [] } = message;
  if (calls.length > 0) return wireRound({ text: textOf(message), calls }, offers);
  const isText = message.role === "assistant" || message.content.every(({ kind }) => kind === "text");
  const content = isText ? textOf(message) : message.content.map(wireContent);
  return message.role === "assistant" && content === "" ? [] : [{ role: message.role, content }];
}

function wireContent(part: ModelContent): unknown {
  if (part.kind === "text") return { type: "text", text: part.text };
  const url = part.kind === "image_url" ? part.url : part.dataUrl;
  return { type: "image_url", image_url: { url, detail: part.detail } };
}

function wireRound({ text, calls }: ModelRound, offers: readonly Offer[]): unknown[] {
  if (calls.length === 0) return text === "" ? [] : [{ role: "assistant", content: text }];
  const toolCalls = calls.map((call) => ({
    id: call.callId,
    type: "function",
    function: { name: offeredNameOf(call, offers), arguments: call.arguments },
  }));
  const answers = calls.map(({ callId, output }) => ({ role: "tool", tool_call_id: callId, content: output }));
  return [{ role: "assistant", content: text === "" ? null : text, tool_calls: toolCalls }, ...answers];
}

function offeredNameOf({ tool, name }: ModelRound["calls"][number], offers: readonly Offer[]): string {
  return offers.find((offer) => offer.tool === tool && offer.name === name)?.offeredName ?? name;
}
