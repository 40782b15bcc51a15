import { compareText } from "../../kit/json.ts";

/** One of several equal parts: `2/5` is the second of five. */
export interface Shard {
  /** From 1. */
  number: number;
  of: number;
}

/** Reads `2/5`; `null` when it is no shard. */
export function parseShard(text: string): Shard | null {
  const [, number, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const shard = { number: Number(number), of: Number(of) };
  return shard.number >= 1 && shard.number <= shard.of ? shard : null;
}

/**
 * One part of a suite, in the order of the suite. Scenarios are dealt out by their ids, so every machine with the same scenarios makes the same
 * parts, no two parts differ by more than one scenario, and neighbours, which take about as long, are in different parts.
 */
export function shardOf<T extends { id: string }>(scenarios: readonly T[], { number, of }: Shard): T[] {
  const dealt = scenarios.map(({ id }) => id).toSorted(compareText);
  const own = new Set(dealt.filter((_, index) => index % of === number - 1));
  return scenarios.filter(({ id }) => own.has(id));
}
