import { createSystemClock, type Clock } from "../../kit/clock.ts";
import { fail } from "../../problem.ts";
import type { Ids } from "../../server/services.ts";
import { seededIds } from "../../server/services.ts";

/** What makes two servers that are asked the same answer the same. */
interface Fixed {
  clock?: Clock;
  ids?: Ids;
}

/** A clock that stops at `clock` (an ISO time), ids that follow from `seed`. Timers go on as ever. */
export function fixedParts({ clock, seed }: { clock?: string; seed?: number }): Fixed {
  return {
    ...(clock === undefined ? {} : { clock: standingClock(clock) }),
    ...(seed === undefined ? {} : { ids: seededIds(seed) }),
  };
}

function standingClock(text: string): Clock {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    fail("bad_flag", `--clock cannot be "${text}"`, { hint: "Give a time such as 2026-01-01T00:00:00Z." });
  return { ...createSystemClock({ keepsAlive: false }), now: () => at };
}
