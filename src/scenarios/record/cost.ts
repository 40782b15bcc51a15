import type { Price } from "../../project/prices.ts";
import type { Usage } from "../../targets/target.ts";

const million = 1_000_000;

/**
 * The cost of these tokens in US dollars; `null` (unknown) without a price or a count. Tokens not reported as cached have the full price, so
 * that a cost is never less than what is billed.
 */
export function costOf(usage: Usage | null, price: Price | null): number | null {
  if (usage === null || price === null) return null;
  const { prompt_tokens: prompt, completion_tokens: output, cached_tokens: cachedTokens = 0 } = usage;
  const cached = Math.min(cachedTokens, prompt);
  return ((prompt - cached) * price.input + cached * price.cachedInput + output * price.output) / million;
}

/** The total cost of turns in US dollars; `null` when the cost of one is unknown, or when there are no turns. */
export function costOfTurns(turns: readonly { cost: number | null }[]): number | null {
  if (turns.length === 0) return null;
  return turns.reduce<number | null>((sum, { cost }) => (sum === null || cost === null ? null : sum + cost), 0);
}

/** The total of the known costs in US dollars, and the numbers of turns with known and unknown costs. */
export interface Spent {
  dollars: number;
  known: number;
  unknown: number;
}

export const nothingSpent: Spent = { dollars: 0, known: 0, unknown: 0 };

/** The spending so far, including these turns. */
export function spentWith(before: Spent, turns: readonly { cost: number | null }[]): Spent {
  return turns.reduce<Spent>(
    ({ dollars, known, unknown }, { cost }) =>
      cost === null ? { dollars, known, unknown: unknown + 1 } : { dollars: dollars + cost, known: known + 1, unknown },
    before,
  );
}
