/** Returns uniform numbers from 0 to less than 1, like `Math.random`. */
export type Random = () => number;

/** Seeds are integers below this, so that they are easy to type. */
const seeds = 2 ** 31;

/** A random seed. */
export function randomSeed(random: Random): number {
  return Math.floor(random() * seeds);
}

/** Random numbers that are the same for the same seed on every machine: mulberry32, with a state of 32 bits. Not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The items in a random order, all orders being equally likely (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
