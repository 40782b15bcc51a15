import { compareText } from "../../kit/json.ts";

/** One of several equal parts: `2/5` is the second of five. */
export interface Shard {
  /** From 1. */
  number: number;
  of: number;
}

/** Reads `2/5`; `null` when it is not a shard. */
export function parseShard(text: string): Shard | null {
  const [, number, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const shard = { number: Number(number), of: Number(of) };
  return shard.number >= 1 && shard.number <= shard.of ? shard : null;
}

/**
 * One part of a suite, in the order of the suite. With the times of scenarios by id, parts take about the same time: the longest scenario is
 * assigned first, always to the part with the least time. Without times, scenarios are distributed by id: part sizes differ by at most one, and
 * neighbours, which take about the same time, are in different parts. Every machine with the same scenarios and times computes the same parts.
 */
export function shardOf<T extends { id: string }>(
  scenarios: readonly T[],
  { number, of }: Shard,
  times: ReadonlyMap<string, number> = new Map(),
): T[] {
  const ids = scenarios.map(({ id }) => id).toSorted(compareText);
  const known = ids.flatMap((id) => times.get(id) ?? []).toSorted((one, other) => one - other);
  const usual = known[Math.floor(known.length / 2)];
  const dealt = usual === undefined ? inTurn(ids, of) : byTime(ids, of, (id) => times.get(id) ?? usual);
  const own = new Set(dealt[number - 1]);
  return scenarios.filter(({ id }) => own.has(id));
}

function inTurn(ids: readonly string[], of: number): string[][] {
  const parts = Map.groupBy(ids.keys(), (index) => index % of);
  return Array.from({ length: of }, (_, part) => (parts.get(part) ?? []).flatMap((index) => ids[index] ?? []));
}

function byTime(ids: readonly string[], of: number, timeOf: (id: string) => number): string[][] {
  const parts = Array.from({ length: of }, () => ({ ids: [] as string[], time: 0 }));
  // Sorting is stable, so scenarios of equal duration stay in the order of ids.
  for (const id of ids.toSorted((one, other) => timeOf(other) - timeOf(one))) {
    const least = parts.reduce((part, each) => (each.time < part.time ? each : part));
    least.ids.push(id);
    least.time += timeOf(id);
  }
  return parts.map((part) => part.ids);
}
