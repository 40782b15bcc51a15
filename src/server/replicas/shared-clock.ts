import type { Clock } from "../../kit/clock.ts";

/** A clock that is put right by another one. */
export interface SharedClock extends Clock {
  /** Asks the other clock for its time, in milliseconds since 1970, and goes by it from then on. */
  putRight(ask: () => Promise<number>): Promise<void>;
}

/** An answer that took longer than this, in milliseconds, says too little of the time at which it was given. */
const longestAnswer = 1_000;

/**
 * The clock that every process on one database goes by: the local one, as far ahead or behind as the database's was when it was last asked. The local
 * one has to run evenly; what time it believes it is does not matter.
 */
export function createSharedClock(local: Clock): SharedClock {
  let ahead = 0;
  return {
    ...local,
    now: () => local.now() + ahead,
    async putRight(ask) {
      const asked = local.now();
      const time = await ask();
      const answered = local.now();
      if (answered - asked <= longestAnswer) ahead = time - (asked + answered) / 2;
    },
  };
}
