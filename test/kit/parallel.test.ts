import fc from "fast-check";
import { expect, test } from "vitest";
import { inParallel } from "../../src/kit/parallel.ts";

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

test("a reader that stops waits for what was started, and nothing else is started", async () => {
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
