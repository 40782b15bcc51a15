import fc from "fast-check";
import { expect, test } from "vitest";
import { createBus, type Bus } from "../../../src/server/runs/bus.ts";
import { callDelta, type StreamEvent } from "../../../src/server/runs/events.ts";

const eventOf = (number: number): StreamEvent => callDelta(`step_${number}`, {});

/** What a subscriber is told from now on, with its numbers. */
function follow(bus: Bus, runId: string, after?: number): { heard: [number, StreamEvent][]; broken: number } {
  const told = { heard: [] as [number, StreamEvent][], broken: 0 };
  const listener = {
    event: (event: StreamEvent, sequence: number) => void told.heard.push([sequence, event]),
    broken: () => void (told.broken += 1),
  };
  bus.subscribe(runId, listener, after);
  return told;
}

test("whoever asks from a number is told every later event once and in order, whenever they come", () => {
  const amount = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(amount, amount, amount, (before, later, after) => {
      const bus = createBus();
      for (let number = 1; number <= before; number += 1) bus.publish("run_1", eventOf(number));
      bus.publish("run_2", eventOf(99));
      const fromNumber = follow(bus, "run_1", Math.min(after, before));
      const fromNow = follow(bus, "run_1");
      for (let number = before + 1; number <= before + later; number += 1) bus.publish("run_1", eventOf(number));
      const all = Array.from({ length: before + later }, (_, index) => [index + 1, eventOf(index + 1)]);
      expect(fromNumber.heard).toEqual(all.slice(Math.min(after, before)));
      expect(fromNow.heard).toEqual(all.slice(before));
    }),
  );
});

test("a run that breaks off is told to its subscribers once, and nothing of it is kept", () => {
  const bus = createBus();
  bus.publish("run_1", eventOf(1));
  const told = follow(bus, "run_1");
  bus.breakOff("run_1");
  bus.breakOff("run_1");
  expect(told.broken).toBe(1);
  expect(follow(bus, "run_1", 0).heard).toEqual([]);
});
