import { createRandom } from "../../../src/kit/random.ts";

/** Chance, the same for the same seed. */
export interface Random {
  /** True so often, from 0 to 1. */
  chance(probability: number): boolean;
  /** From 0 up to, not including, `limit`. */
  below(limit: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

export function randomFrom(seed: number): Random {
  const next = createRandom(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    chance: (probability) => next() < probability,
    below,
    pick: (from) => from[below(from.length)] ?? from[0],
  };
}
