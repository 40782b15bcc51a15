import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutToWidth, displayWidth } from "../../../src/kit/display-width.ts";
import { createListReporter } from "../../../src/scenarios/reports/list.ts";
import { type LiveView, liveLines } from "../../../src/scenarios/reports/live/live-lines.ts";
import { timeLeft } from "../../../src/scenarios/reports/live/time-left.ts";
import { emptySummary } from "../../../src/scenarios/results/summary.ts";
import type { CreateReporter } from "../../../src/scenarios/reports/reporter.ts";
import { played, reported } from "./results.ts";

const plain = (_: (text: string) => string, text: string) => text;
const view: LiveView = {
  total: 10,
  counts: { ...emptySummary.counts, passed: 4, failed: 1 },
  running: [
    { id: "late", elapsed: 1_200, attempt: 1, turn: 2 },
    { id: "refund[locale=日本]", elapsed: 61_000, attempt: 3, turn: null },
  ],
  elapsed: 12_000,
  cost: 0.0123,
  left: 48_000,
};

const running = fc.record({
  id: fc.string({ unit: "grapheme", maxLength: 60 }),
  elapsed: fc.nat(),
  attempt: fc.integer({ min: 1, max: 30 }),
  turn: fc.option(fc.integer({ min: 1, max: 99 })),
});
const views = fc.record({
  total: fc.nat(),
  counts: fc.constant(view.counts),
  running: fc.array(running, { maxLength: 30 }),
  elapsed: fc.nat(),
  cost: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
  left: fc.option(fc.nat()),
});

describe("a live view", () => {
  test("says what runs, what was done and what it takes", () => {
    expect(liveLines(view, { columns: 80, rows: 24 }, plain)).toEqual([
      "  late  turn 2, 1 s",
      "  refund[locale=日本]  attempt 3, starting, 1 min 1 s",
      "5/10  ✓ 4  ✗ 1  2 running  12 s  $0.0123  about 48 s left",
    ]);
    expect(liveLines(view, { columns: 21, rows: 4 }, plain)).toEqual(["  and 2 more", "5/10  ✓ 4  ✗ 1"]);
  });

  test("has lines that fit, and no more than half of the screen, whatever is run", () => {
    const size = fc.record({ columns: fc.integer({ min: 2, max: 200 }), rows: fc.integer({ min: 2, max: 80 }) });
    fc.assert(
      fc.property(views, size, (shown, { columns, rows }) => {
        const lines = liveLines(shown, { columns, rows }, plain);
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows / 2));
        for (const line of lines) {
          expect(displayWidth(line)).toBeLessThan(columns);
          // oxlint-disable-next-line no-control-regex
          expect(line).not.toMatch(/[\u0000-\u001f]/);
        }
      }),
    );
  });

  test("is drawn during a run, and gone at its end; failures are shown as they happen", async () => {
    const told: string[] = [];
    let draw = () => {};
    const screen = {
      size: () => ({ columns: 80, rows: 24 }),
      show: (lines: readonly string[]) => void told.push(`live: ${lines.at(-1) ?? "gone"}`),
      every(each: () => void) {
        draw = each;
        draw();
        return () => void told.push("stopped");
      },
    };
    const create: CreateReporter = (context) => {
      const write = (text: string) => void told.push(...text.trim().split("\n").slice(0, 1));
      const reporter = createListReporter({ ...context, write });
      const result: typeof reporter.result = (each) => {
        reporter.progress?.({ scenario: each.id, attempt: 1, kind: "turn_begun", turn: 2 });
        draw();
        reporter.result(each);
      };
      return { ...reporter, result };
    };
    await reported(create, [played(42), { ...played(4, "No."), id: "later" }], { screen });
    expect(told).toEqual([
      "live: 0/0  0 s",
      "live: 0/0  1 running  0 s",
      "✓ late  Late order  2 turns, 1.2 s",
      "live: 1/0  ✓ 1  1 running  0 s",
      "✗ later  Late order  2 turns, 1.2 s",
      "later: Late order",
      "stopped",
      "live: gone",
      "1 passed, 1 failed (2.5 s)",
    ]);
  });
});

describe("time left", () => {
  const remaining = fc.array(fc.record({ expected: fc.option(fc.nat(100_000)), elapsed: fc.nat(100_000) }), {
    maxLength: 20,
  });

  test("is never less than what the longest takes, nor more than one after the other", () => {
    fc.assert(
      fc.property(remaining, fc.integer({ min: 1, max: 9 }), (all, atOnce) => {
        const known = all.map(({ elapsed, expected }) => ({ elapsed, expected: expected ?? 1_000 }));
        const left = timeLeft(known, atOnce, []) ?? NaN;
        const each = known.map(({ elapsed, expected }) => Math.max(0, expected - elapsed));
        expect(left).toBeGreaterThanOrEqual(Math.max(0, ...each));
        expect(left).toBeLessThanOrEqual(each.reduce((sum, one) => sum + one, 0));
      }),
    );
  });

  test("takes what is not known for the mean of what was done, and says nothing when nothing is known", () => {
    const one = { expected: null, elapsed: 0 };
    expect(timeLeft([one, one], 2, [])).toBe(null);
    expect(timeLeft([one, one], 1, [10, 30])).toBe(40);
    expect(timeLeft([one, { expected: 60, elapsed: 10 }], 2, [])).toBe(60);
    expect(timeLeft([], 1, [])).toBe(0);
  });
});

test("a text is cut where the space ends, never within a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
      const cut = cutToWidth(text, columns);
      expect(displayWidth(cut)).toBeLessThanOrEqual(columns);
      expect(cut === text || text.startsWith(cut.slice(0, -1))).toBe(true);
    }),
  );
});
