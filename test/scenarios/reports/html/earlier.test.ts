import fc from "fast-check";
import { expect, test } from "vitest";
import { outcomeHash } from "../../../../src/scenarios/reports/html/earlier.ts";
import { attemptPage, called, message, scenarioPage, turnPage } from "../../../page/scenario/pages.ts";

const page = (text: string, at: number, took: number) =>
  scenarioPage([
    attemptPage([turnPage(1, [called("find", { id: 1 }, { at, took }), message(text, at, at + took)])], [], {
      time: took,
    }),
  ]);

test("two runs are the same whatever time they took, and other ones when something else was said", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(), fc.nat(), (one, other, at, took) => {
      expect(outcomeHash(page(one, at, took)) === outcomeHash(page(other, 1, 2))).toBe(one === other);
    }),
  );
});

test("how it ended counts, and what was called and answered", () => {
  const good = page("a", 1, 2);
  const [attempt = attemptPage([])] = good.attempts;
  const otherCall = attemptPage([turnPage(1, [called("find", { id: 2 }, { at: 1, took: 2 }), message("a")])]);
  const others = [{ ...good, status: "failed" as const }, scenarioPage([otherCall]), scenarioPage([])];
  const hashes = [good, ...others, scenarioPage([attempt], { time: 99 })].map(outcomeHash);
  expect(new Set(hashes).size).toBe(4);
});
