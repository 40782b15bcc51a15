import { asObject } from "../kit/json.ts";
import type { Usage } from "./target.ts";

/** Reads `usage` of an answer; `null` when it does not hold both counts. */
export function usageOf(value: unknown): Usage | null {
  const usage = asObject(value);
  const { prompt_tokens: prompt, completion_tokens: completion } = usage;
  if (typeof prompt !== "number" || typeof completion !== "number") return null;
  const total = typeof usage.total_tokens === "number" ? usage.total_tokens : prompt + completion;
  // The dialects, and their servers and documents, disagree about the first name.
  const { cached_tokens: cached } = asObject(usage.prompt_tokens_details ?? usage.prompt_token_details);
  const { reasoning_tokens: reasoning } = asObject(usage.completion_tokens_details);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: total,
    ...(typeof cached === "number" && { cached_tokens: cached }),
    ...(typeof reasoning === "number" && { reasoning_tokens: reasoning }),
  };
}
