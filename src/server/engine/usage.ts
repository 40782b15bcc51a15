import type { Usage } from "../wire/run.ts";

/** The usage before the first round. */
export const noUsage: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** The model's token counts in the API's format. A model without counts has no usage. */
export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** The sum of two. */
export function addUsage(one: Usage, other: Usage): Usage {
  return usageOf(one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens);
}

/** The tokens that were read from a cache, and those of reasoning. */
export interface TokenDetails {
  cached: number;
  reasoning: number;
}

/** The details of a model that reports none. */
export const noDetails: TokenDetails = { cached: 0, reasoning: 0 };

/** The sum of two. */
export function addDetails(one: TokenDetails, other: TokenDetails): TokenDetails {
  return { cached: one.cached + other.cached, reasoning: one.reasoning + other.reasoning };
}

/** Tokens that a run may still use; `null` when it has no limit. */
export function remaining(limit: number | null, used: number): number | null {
  return limit === null ? null : Math.max(0, limit - used);
}
