import { hashOf } from "../../kit/hash.ts";

/** Gives the seed of a question's next answer; `null`: none. */
export type Seeds = (key: string) => number | null;

/**
 * Seeds of answers that models give by chance. The same seed gives the same one for the same question, asked as often as before: another for each
 * vote and each run, so that they do not all say the same. Without a seed, none.
 */
export function createSeeds(seed: number | null): Seeds {
  const times = new Map<string, number>();
  return (key) => {
    if (seed === null) return null;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    // Endpoints take what is a positive number of 32 bits with a sign.
    return Number.parseInt(hashOf([seed, key, time]).slice(0, 8), 16) % 2 ** 31;
  };
}
