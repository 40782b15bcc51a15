import type { Usage } from "../../targets/target.ts";
import type { TurnRecord } from "./record.ts";

/** The tokens of all turns; `null` when those of one are unknown. */
export function usageOf(record: { turns: readonly TurnRecord[] } | null): Usage | null {
  if (record === null || record.turns.length === 0) return null;
  return record.turns.reduce<Usage | null>(
    (sum, { usage }) =>
      sum === null || usage === null
        ? null
        : {
            prompt_tokens: sum.prompt_tokens + usage.prompt_tokens,
            completion_tokens: sum.completion_tokens + usage.completion_tokens,
            total_tokens: sum.total_tokens + usage.total_tokens,
          },
    { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  );
}
