import type { Clock } from "../../src/kit/clock.ts";

/**
 * A clock that leaps over pauses: what is to happen within `longest` milliseconds happens at once, with the time moved on, and what is
 * to happen later, such as a time-out, never does. `leaps` has the pauses, in order.
 */
export function createLeapingClock(longest = 25_000): Clock & { leaps: number[] } {
  let now = Date.parse("2026-11-22T10:00:00Z");
  const leaps: number[] = [];
  return {
    leaps,
    now: () => now,
    after(milliseconds, work) {
      if (milliseconds > longest) return () => {};
      const due = now + milliseconds;
      const timer = setImmediate(() => {
        leaps.push(milliseconds);
        now = Math.max(now, due);
        work();
      });
      return () => clearImmediate(timer);
    },
  };
}
