import { expect, test } from "vitest";
import { startDeadline } from "../../../src/scenarios/execution/deadline.ts";
import { manualClock } from "../../server/manual-clock.ts";

/** A clock that a test moves, and what waits for it with it. */
function handClock() {
  const clock = manualClock(0);
  const pass = async (milliseconds: number) => {
    clock.advance(milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, pass };
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

test("waiting is neither counted nor limited, and is listed separately", async () => {
  const { clock, pass } = handClock();
  const deadline = startDeadline(100, clock, new AbortController().signal);
  await pass(40);
  deadline.wait();
  deadline.wait();
  const paused = deadline.pause(10);
  await pass(20_000);
  await paused;
  deadline.resume();
  deadline.resume();
  await pass(59);
  expect([deadline.elapsed(), deadline.waited(), deadline.expired]).toEqual([99, 20_000, false]);
  await pass(1);
  expect(deadline.expired).toBe(true);
});
