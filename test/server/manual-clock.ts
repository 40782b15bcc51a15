import type { Clock } from "../../src/kit/clock.ts";

/** A clock that stands until it is moved. */
export interface ManualClock extends Clock {
  /** Moves on and rings every timer on the way. */
  advance(milliseconds: number): void;
}

/** Stands at that time, in milliseconds since 1970. */
export function manualClock(start = 1_800_000_000_000): ManualClock {
  let now = start;
  const timers = new Set<{ at: number; work: () => void }>();
  const nextDue = (until: number) =>
    [...timers].filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)[0];
  return {
    now: () => now,
    after(milliseconds, work) {
      const timer = { at: now + milliseconds, work };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(milliseconds) {
      const until = now + milliseconds;
      for (let due = nextDue(until); due; due = nextDue(until)) {
        timers.delete(due);
        now = due.at;
        due.work();
      }
      now = until;
    },
  };
}
