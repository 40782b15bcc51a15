import { hashOf } from "../../kit/hash.ts";

/** Returns the seed for a question's next answer; `null` for none. */
export type Seeds = (key: string) => number | null;

/**
 * Creates seeds for the random answers of models. The nth time a question is asked, the same `seed` gives the same result, but each vote and each
 * run gets a different one, so that answers vary. Without a `seed`, there are none.
 */
export function createSeeds(seed: number | null): Seeds {
  const times = new Map<string, number>();
  return (key) => {
    if (seed === null) return null;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    // Endpoints accept positive signed 32-bit integers.
    return Number.parseInt(hashOf([seed, key, time]).slice(0, 8), 16) % 2 ** 31;
  };
}
