import fc from "fast-check";
import { expect, test } from "vitest";
import { waterfallOf } from "../../../src/page/scenario/waterfall.ts";
import { called, message, turnPage } from "./pages.ts";

const times = (total: number) => ({ total, firstToken: null, waited: 0, delayed: 0 });

test("the model's time is what is between the calls of two rounds, which lie beside one another", () => {
  const items = [
    called("a", {}, { at: 100, took: 50 }),
    called("b", {}, { at: 100, took: 200 }),
    called("c", {}, { round: 2, at: 400, took: 10 }),
    message("Done.", 500, 600),
  ];
  const { bars, marks } = waterfallOf(turnPage(1, items, { time: times(1_000) }));
  expect(bars.map(({ label, from, took }) => [label, from, took])).toEqual([
    ["model", 0, 100],
    ["a", 100, 50],
    ["b", 100, 200],
    ["model", 300, 100],
    ["c", 400, 10],
    ["reply", 410, 190],
  ]);
  expect(marks.map(({ time }) => time)).toEqual([0, 200, 400, 600, 800, 1_000]);
});

test("whatever the times, bars and marks are within the picture, and there are few marks", () => {
  const time = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(time, time, fc.nat(3))), time, (calls, total) => {
      const items = calls.map(([at, took, round]) => called("a", {}, { at, took, round }));
      const { bars, marks } = waterfallOf(turnPage(1, [...items, message("x", 0, total)], { time: times(total) }));
      for (const { start, width, took } of bars) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(start + width).toBeLessThanOrEqual(100.000001);
        expect(took).toBeGreaterThanOrEqual(0);
      }
      expect(marks.length).toBeGreaterThan(0);
      expect(marks.length).toBeLessThanOrEqual(7);
      expect(marks.every(({ at }) => at >= 0 && at <= 100.000001)).toBe(true);
    }),
  );
});
