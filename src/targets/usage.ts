import { asObject } from "../kit/json.ts";
import type { Usage } from "./target.ts";

/** Reads the `usage` of an answer in any dialect; `null` when it does not have both counts. */
export function usageOf(value: unknown): Usage | null {
  const usage = asObject(value);
  const { prompt_tokens: prompt = usage.input_tokens, completion_tokens: completion = usage.output_tokens } = usage;
  if (typeof prompt !== "number" || typeof completion !== "number") return null;
  const total = typeof usage.total_tokens === "number" ? usage.total_tokens : prompt + completion;
  // The dialects, their servers and their documentation disagree about the first name.
  const { cached_tokens: cached } = asObject(
    usage.prompt_tokens_details ?? usage.prompt_token_details ?? usage.input_tokens_details,
  );
  const { reasoning_tokens: reasoning } = asObject(usage.completion_tokens_details ?? usage.output_tokens_details);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: total,
    ...(typeof cached === "number" && { cached_tokens: cached }),
    ...(typeof reasoning === "number" && { reasoning_tokens: reasoning }),
  };
}

/** The total usage of two answers of one turn; `null` counts as nothing. */
export function addUsage(one: Usage | null, other: Usage | null): Usage | null {
  if (one === null || other === null) return one ?? other;
  const sum = (key: keyof Usage) => (one[key] ?? 0) + (other[key] ?? 0);
  const has = (key: keyof Usage) => one[key] !== undefined || other[key] !== undefined;
  return {
    prompt_tokens: sum("prompt_tokens"),
    completion_tokens: sum("completion_tokens"),
    total_tokens: sum("total_tokens"),
    ...(has("cached_tokens") && { cached_tokens: sum("cached_tokens") }),
    ...(has("reasoning_tokens") && { reasoning_tokens: sum("reasoning_tokens") }),
  };
}
