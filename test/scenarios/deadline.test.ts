import fc from "fast-check";
import { expect, test } from "vitest";
import type { Clock } from "../../src/scenarios/clock.ts";
import { startDeadline, unlessAborted, within } from "../../src/scenarios/deadline.ts";
import { inParallel } from "../../src/kit/parallel.ts";

/** A clock that a test moves. */
function handClock(): { clock: Clock; pass: (milliseconds: number) => Promise<void> } {
  let now = 0;
  const sleepers: { until: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        sleepers.push({ until: now + milliseconds, wake: resolve });
        signal?.addEventListener("abort", () => resolve());
      }),
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    async pass(milliseconds) {
      now += milliseconds;
      for (const { until, wake } of sleepers) if (until <= now) wake();
      await settle();
    },
  };
}

test("time that a scenario asks for is not spent", async () => {
  const { clock, pass } = handClock();
  const deadline = startDeadline(100, clock, new AbortController().signal);
  await pass(60);
  const pauses = Promise.all([deadline.pause(500), deadline.pause(300)]);
  await pass(300);
  await pass(200);
  await pauses;
  await pass(39);
  expect(deadline.signal.aborted).toBe(false);
  await pass(1);
  expect(deadline).toMatchObject({ expired: true, signal: { aborted: true } });
});

test("a deadline that has ended does not expire; one that is stopped from outside is not expired", async () => {
  const { clock, pass } = handClock();
  const outer = new AbortController();
  const [ended, stopped] = [startDeadline(10, clock, outer.signal), startDeadline(1_000, clock, outer.signal)];
  ended.end();
  await pass(50);
  expect(ended.signal.aborted).toBe(false);
  outer.abort();
  expect(stopped.signal.aborted).toBe(true);
  expect(stopped.expired).toBe(false);
});

test("work is waited for only so long", async () => {
  const { clock, pass } = handClock();
  const never = new Promise<string>(() => {});
  const waiting = within(50, clock, never);
  await pass(50);
  expect(await waiting).toBeNull();
  expect(await within(50, clock, Promise.resolve("done"))).toBe("done");
  expect(await unlessAborted(never, AbortSignal.abort())).toBeNull();
  expect(await unlessAborted(Promise.resolve("done"), new AbortController().signal)).toBe("done");
});

test("every item is worked on once, never more than so many at a time, and read as it comes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 3 })), fc.integer({ min: 1, max: 4 }), async (waits, limit) => {
      let running = 0;
      let most = 0;
      const done: number[] = [];
      const work = async ([index, wait]: [number, number]) => {
        running += 1;
        most = Math.max(most, running);
        for (let step = 0; step < wait; step += 1) await Promise.resolve();
        running -= 1;
        return index;
      };
      for await (const index of inParallel([...waits.entries()], limit, work)) done.push(index);
      expect(done.toSorted((one, other) => one - other)).toEqual([...waits.keys()]);
      expect(most).toBeLessThanOrEqual(limit);
    }),
  );
});

test("whoever stops reading waits for what was begun, and nothing else is begun", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  for await (const _ of inParallel([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    await new Promise((resolve) => setTimeout(resolve, 5 * item));
    ended.push(item);
  })) {
    break;
  }
  expect(begun).toEqual([0, 1]);
  expect(ended).toEqual([0, 1]);
});
