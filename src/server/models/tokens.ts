import type { ModelMessage, ModelRequest, ModelRound } from "./model.ts";

/** OpenAI's rule of thumb for English; these estimates use no tokenizer. */
export const charactersPerToken = 4;

/** The tokens of a low-detail image in OpenAI's vision models. */
const tokensPerImage = 85;

/** An estimate: one token for every four characters, rounded up. */
export function estimateTokens(texts: readonly string[]): number {
  return Math.ceil(lengthOf(texts) / charactersPerToken);
}

/** The inputs of an estimate. */
interface Weight {
  characters: number;
  images: number;
}

/** An estimate of a request's tokens: instructions, messages, tools and the rounds so far. */
export function estimatePromptTokens(request: ModelRequest): number {
  return tokensOf(sum([weightOfRest(request), ...request.messages.map(weightOfMessage)]));
}

/** The request without as many of its oldest messages as its estimate exceeds the limit; `null` when even one message is too many. */
export function withinTokens(request: ModelRequest, limit: number | null): ModelRequest | null {
  if (limit === null) return request;
  const weights = request.messages.map(weightOfMessage);
  let left = sum([weightOfRest(request), ...weights]);
  let first = 0;
  for (; tokensOf(left) > limit; first += 1) {
    const oldest = weights[first];
    if (oldest === undefined || first === weights.length - 1) return null;
    left = { characters: left.characters - oldest.characters, images: left.images - oldest.images };
  }
  return first === 0 ? request : { ...request, messages: request.messages.slice(first) };
}

function tokensOf({ characters, images }: Weight): number {
  return Math.ceil(characters / charactersPerToken) + images * tokensPerImage;
}

function weightOfMessage({ content, calls = [] }: ModelMessage): Weight {
  const texts = content.map((part) => (part.kind === "text" ? part.text : ""));
  return {
    characters: lengthOf([...texts, ...textsOf(calls)]),
    images: content.filter(({ kind }) => kind !== "text").length,
  };
}

function weightOfRest({ instructions, tools, rounds }: ModelRequest): Weight {
  const calls = rounds.flatMap(({ calls: made }) => made);
  const texts = [instructions ?? "", ...tools.map((tool) => JSON.stringify(tool)), ...rounds.map(({ text }) => text)];
  return { characters: lengthOf([...texts, ...textsOf(calls)]), images: 0 };
}

function textsOf(calls: ModelRound["calls"]): string[] {
  return calls.flatMap((call) => [call.name, call.arguments, call.output]);
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((length, text) => length + text.length, 0);
}

function sum(weights: readonly Weight[]): Weight {
  return weights.reduce((all, { characters, images }) => ({
    characters: all.characters + characters,
    images: all.images + images,
  }));
}
