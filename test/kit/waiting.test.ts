import { expect, test } from "vitest";
import type { Clock } from "../../src/kit/clock.ts";
import { TimedOut, orAborted, sleep, untilAborted, within } from "../../src/kit/waiting.ts";

/** A clock that stops until it is told to ring. */
function stillClock(): Clock & { ring: () => void; waiting: () => number } {
  const timers = new Set<() => void>();
  return {
    now: () => 0,
    after(_milliseconds, work) {
      timers.add(work);
      return () => timers.delete(work);
    },
    ring: () => timers.forEach((work) => work()),
    waiting: () => timers.size,
  };
}
const never = new Promise<never>(() => {});

test("sleep ends with its time, or with an abort, and leaves no timer", async () => {
  const clock = stillClock();
  const stop = new AbortController();
  const slept = sleep(5, clock, stop.signal);
  stop.abort();
  await slept;
  expect(clock.waiting()).toBe(0);
  const rung = sleep(5, clock);
  clock.ring();
  await rung;
});

test("orAborted returns the value, or rejects with the signal's reason", async () => {
  const stop = new AbortController();
  await expect(orAborted(Promise.resolve(1), stop.signal)).resolves.toBe(1);
  const waiting = orAborted(never, stop.signal);
  stop.abort("enough");
  await expect(waiting).rejects.toBe("enough");
  await expect(orAborted(never, stop.signal)).rejects.toBe("enough");
});

test("untilAborted ends a source that does not end", async () => {
  const stop = new AbortController();
  const source = async function* () {
    yield 1;
    await never;
  };
  const seen: number[] = [];
  const reading = (async () => {
    for await (const each of untilAborted(source(), stop.signal)) {
      seen.push(each);
      stop.abort("enough");
    }
  })();
  await expect(reading).rejects.toBe("enough");
  expect(seen).toEqual([1]);
});

test("within returns the value, or rejects with TimedOut, and leaves no timer", async () => {
  const clock = stillClock();
  await expect(within(5, clock, Promise.resolve(1))).resolves.toBe(1);
  expect(clock.waiting()).toBe(0);
  const late = within(5, clock, never);
  clock.ring();
  await expect(late).rejects.toBeInstanceOf(TimedOut);
});
