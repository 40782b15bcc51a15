import { createSystemClock, type Clock } from "../../kit/clock.ts";
import { fail } from "../../problem.ts";
import type { Ids } from "../../server/services.ts";
import { seededIds } from "../../server/services.ts";

/** The fixed parts with which two servers answer the same requests alike. */
interface Fixed {
  clock?: Clock;
  ids?: Ids;
}

/** A clock fixed at `clock` (an ISO time), and ids derived from `seed`. Timers run normally. */
export function fixedParts({ clock, seed }: { clock?: string; seed?: number }): Fixed {
  return {
    ...(clock === undefined ? {} : { clock: standingClock(clock) }),
    ...(seed === undefined ? {} : { ids: seededIds(seed) }),
  };
}

function standingClock(text: string): Clock {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    fail("bad_flag", `--clock cannot be "${text}"`, { hint: "For example: --clock 2026-01-01T00:00:00Z" });
  return { ...createSystemClock({ keepsAlive: false }), now: () => at };
}
