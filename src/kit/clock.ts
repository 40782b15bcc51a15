/** Time as everything in Playbill takes it; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(this: void): number;
  /** Runs `work` once after that many milliseconds, unless the function it gives is called first. */
  after(this: void, milliseconds: number, work: () => void): () => void;
}

/** The longest that a timer of Node can wait; beyond it, it would fire at once. */
const longest = 2 ** 31 - 1;

/**
 * The machine's clock, which never goes back: it begins at the time of day and counts on evenly, whatever is done to the time of
 * day meanwhile. `keepsAlive` says whether the process waits for its timers.
 */
export function createSystemClock({ keepsAlive }: { keepsAlive: boolean }): Clock {
  return {
    now: () => performance.timeOrigin + performance.now(),
    after(milliseconds, work) {
      const timer = setTimeout(work, Math.min(milliseconds, longest));
      if (!keepsAlive) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/**
 * The machine's clock as processes compare it: it follows the time of day, also over a standstill of the machine and back when the time of day is
 * put right. For times that are stored. Its timers do not keep the process alive.
 */
export function createTimeOfDayClock(): Clock {
  return { ...createSystemClock({ keepsAlive: false }), now: () => Date.now() };
}
