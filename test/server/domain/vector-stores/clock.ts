import type { Clock } from "../../../../src/kit/clock.ts";

/** A clock that stops, in seconds since 1970, until it is advanced. */
export function clockAt(start: number): Clock & { advance(seconds: number): void } {
  let now = start * 1000;
  return {
    now: () => now,
    after: () => () => {},
    advance(seconds) {
      now += seconds * 1000;
    },
  };
}
