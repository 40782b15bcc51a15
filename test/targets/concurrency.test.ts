import { expect, test } from "vitest";
import { createSystemClock } from "../../src/kit/clock.ts";
import { createLimiter } from "../../src/targets/http/limiter.ts";

const signal = new AbortController().signal;

test("no more requests begin than are allowed, and the next one when one ends", async () => {
  const limiter = createLimiter(createSystemClock({ keepsAlive: false }), 2);
  const reasons: string[] = [];
  const begin = () => limiter.begin({ signal, urgent: false, onWaiting: (reason) => reasons.push(reason) });
  const [first] = [await begin(), await begin()];
  let begun = false;
  const third = begin().then(() => (begun = true));
  await Promise.resolve();
  expect([begun, reasons]).toEqual([false, ["only 2 parallel requests are allowed (--concurrency)"]]);
  first.end();
  await third;
});

test("what is urgent is not held back", async () => {
  const limiter = createLimiter(createSystemClock({ keepsAlive: false }), 1);
  await limiter.begin({ signal, urgent: false, onWaiting: () => {} });
  await limiter.begin({ signal, urgent: true, onWaiting: () => {} });
});
