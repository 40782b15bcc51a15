/** The source of time for all of Playbill; tests use their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(this: void): number;
  /** Runs `work` once after that many milliseconds, unless the returned function is called first. */
  after(this: void, milliseconds: number, work: () => void): () => void;
}

/** The longest delay of a Node timer; a longer one would fire at once. */
const longest = 2 ** 31 - 1;

/**
 * The machine's clock, which is monotonic: it begins at the time of day and then advances evenly, even when the time of
 * day is changed. With `keepsAlive`, the process waits for its timers.
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
 * The machine's time of day, which processes can compare: it also advances while the machine sleeps, and may go back when it is
 * corrected. For stored times. Its timers do not keep the process alive.
 */
export function createTimeOfDayClock(): Clock {
  return { ...createSystemClock({ keepsAlive: false }), now: () => Date.now() };
}
