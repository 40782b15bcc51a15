import type { Clock } from "../../kit/clock.ts";

/** A clock that is synchronized with another one. */
export interface SharedClock extends Clock {
  /** Reads the other clock's time, in milliseconds since 1970, and follows it from then on. */
  putRight(ask: () => Promise<number>): Promise<void>;
}

/** An answer that took longer than this, in milliseconds, is too inaccurate. */
const longestAnswer = 1_000;

/**
 * The clock that all processes on one database share: the local one plus the offset of the database's clock when it was last read. The local
 * clock must be monotonic; its absolute time does not matter.
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
