import { randomUUID } from "node:crypto";
import type { Ids } from "./services.ts";

const length = 24;

/** Random ids in the API's form; 90 of their bits are random. */
export const randomIds: Ids = (prefix) => prefix + randomUUID().replaceAll("-", "").slice(0, length);

/** Ids that follow from a seed: the same requests in the same order give the same ids. Not for secrets. */
export function seededIds(seed: number): Ids {
  const random = seededRandom(seed);
  return (prefix) => prefix + Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Counted ids, the same in every process that does the same: `asst_000000000000000000000001`. */
export function countedIds(): Ids {
  const counts = new Map<string, number>();
  return (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return prefix + String(count).padStart(length, "0");
  };
}
