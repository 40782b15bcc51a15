import fc from "fast-check";
import { expect, test } from "vitest";
import { createBus, type Bus } from "../../../src/server/engine/bus.ts";

interface Told {
  number: number;
}

const eventOf = (number: number): Told => ({ number });

/** What a subscriber is told, with its numbers: from now on, or every event after a number. */
function follow(bus: Bus<Told>, runId: string, after?: number) {
  const told = { heard: [] as [number, Told][], broken: 0, isPossible: true };
  const listener = {
    event: (event: Told, sequence: number) => void told.heard.push([sequence, event]),
    broken: () => void (told.broken += 1),
  };
  if (after === undefined) bus.subscribe(runId, listener);
  else told.isPossible = bus.subscribeAfter(runId, after, listener) !== null;
  return told;
}

test("a follower from a number gets every later event once and in order, or learns that they are no longer kept", () => {
  const amount = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(amount, amount, amount, fc.integer({ min: 1, max: 25 }), (before, later, asked, kept) => {
      const after = Math.min(asked, before);
      const bus = createBus<Told>(kept);
      for (let number = 1; number <= before; number += 1) bus.publish("run_1", eventOf(number));
      bus.publish("run_2", eventOf(99));
      const fromNumber = follow(bus, "run_1", after);
      const fromNow = follow(bus, "run_1");
      for (let number = before + 1; number <= before + later; number += 1) bus.publish("run_1", eventOf(number));
      const all = Array.from({ length: before + later }, (_, index) => [index + 1, eventOf(index + 1)]);
      expect(fromNow.heard).toEqual(all.slice(before));
      if (before > 0 && before - after <= kept) expect(fromNumber.isPossible).toBe(true);
      if (before === 0 || before - after > 2 * kept) expect(fromNumber.isPossible).toBe(false);
      expect(fromNumber.heard).toEqual(fromNumber.isPossible ? all.slice(after) : []);
    }),
  );
});

test("numbers continue from those of an earlier process, and dropped events are not skipped silently", () => {
  const numbered = createBus<Told>(2, ({ number }) => number);
  for (let number = 7; number <= 9; number += 1) numbered.publish("run_1", eventOf(number));
  expect(follow(numbered, "run_1", 8).heard).toEqual([[9, eventOf(9)]]);
  expect(follow(numbered, "run_1", 3).heard.map(([sequence]) => sequence)).toEqual([7, 8, 9]);
  for (let number = 10; number <= 12; number += 1) numbered.publish("run_1", eventOf(number));
  expect(follow(numbered, "run_1", 7)).toMatchObject({ heard: [], isPossible: false });
  expect(follow(numbered, "run_1", 11).heard).toEqual([[12, eventOf(12)]]);
});

test("a run that breaks off is reported to its subscribers once, and nothing of it is kept", () => {
  const bus = createBus<Told>();
  bus.publish("run_1", eventOf(1));
  const told = follow(bus, "run_1");
  bus.breakOff("run_1");
  bus.breakOff("run_1");
  expect(told.broken).toBe(1);
  expect(follow(bus, "run_1", 0)).toMatchObject({ heard: [], isPossible: false });
});
