import type { ModelRequest } from "./model.ts";

/** OpenAI's rule of thumb for English; there is no tokenizer behind these estimates. */
export const charactersPerToken = 4;

/** What a low-detail image costs in OpenAI's vision models. */
const tokensPerImage = 85;

/** An estimate: one token for every four characters begun. */
export function estimateTokens(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / charactersPerToken);
}

/** An estimate of what a request costs: instructions, messages, tools and the rounds so far. */
export function estimatePromptTokens({ instructions, messages, tools, rounds }: ModelRequest): number {
  const parts = messages.flatMap(({ content }) => content);
  const calls = [...messages, ...rounds].flatMap(({ calls: made = [] }) => made);
  const images = parts.filter(({ kind }) => kind !== "text").length;
  const texts = [
    instructions ?? "",
    ...parts.map((part) => (part.kind === "text" ? part.text : "")),
    ...tools.map((tool) => JSON.stringify(tool)),
    ...rounds.map(({ text }) => text),
    ...calls.flatMap((call) => [call.name, call.arguments, call.output]),
  ];
  return estimateTokens(texts) + images * tokensPerImage;
}
