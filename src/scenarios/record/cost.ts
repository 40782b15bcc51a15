import type { Price } from "../../project/prices.ts";
import type { Usage } from "../../targets/target.ts";

const million = 1_000_000;

/**
 * US dollars for these tokens; `null`, which is unknown, without a price or without a count. What a target does not call cached costs the
 * full price, so that a cost is never less than what is billed.
 */
export function costOf(usage: Usage | null, price: Price | null): number | null {
  if (usage === null || price === null) return null;
  const { prompt_tokens: prompt, completion_tokens: output, cached_tokens: cachedTokens = 0 } = usage;
  const cached = Math.min(cachedTokens, prompt);
  return ((prompt - cached) * price.input + cached * price.cachedInput + output * price.output) / million;
}

/** What turns cost together, in US dollars; `null` as soon as the cost of one is unknown, and for no turns at all. */
export function costOfTurns(turns: readonly { cost: number | null }[]): number | null {
  if (turns.length === 0) return null;
  return turns.reduce<number | null>((sum, { cost }) => (sum === null || cost === null ? null : sum + cost), 0);
}

/** US dollars of what has a known cost, and of how many turns it is known and unknown. */
export interface Spent {
  dollars: number;
  known: number;
  unknown: number;
}

export const nothingSpent: Spent = { dollars: 0, known: 0, unknown: 0 };

/** What was spent so far, with these turns. */
export function spentWith(before: Spent, turns: readonly { cost: number | null }[]): Spent {
  return turns.reduce<Spent>(
    ({ dollars, known, unknown }, { cost }) =>
      cost === null ? { dollars, known, unknown: unknown + 1 } : { dollars: dollars + cost, known: known + 1, unknown },
    before,
  );
}
