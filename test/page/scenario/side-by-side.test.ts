import fc from "fast-check";
import { expect, test } from "vitest";
import { deltaOf, labelOf, lettersFor, pairsOf, rowsOf } from "../../../src/page/scenario/side-by-side.ts";
import { attemptPage, called, message, scenarioPage, turnPage, verdictPage } from "./pages.ts";

test("the same letter is the same value, and letters begin with A", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ maxLength: 2 })), { maxLength: 80 }), (values) => {
      const letters = lettersFor(values);
      values.forEach((one, index) => {
        values.forEach((other, at) => expect(letters[index] === letters[at]).toBe(one === other));
        expect(letters[index] === null).toBe(one === null);
      });
      const first = letters.find((each) => each !== null);
      expect(first ?? "A").toBe("A");
    }),
  );
});

const good = attemptPage(
  [turnPage(1, [called("get_weather", { city: "Pune" }), message("22.80")])],
  [verdictPage(1, "held")],
);
const bad = attemptPage(
  [turnPage(1, [called("get_weather", { city: "Agra" }), message("22.79")])],
  [verdictPage(1, "failed")],
);
const noCall = attemptPage([turnPage(1, [message("22.80")])], [verdictPage(1, "held")]);

test("attempts are compared expectation by expectation, then by what was said and called", () => {
  const rows = rowsOf([good, bad, good, noCall]);
  expect(rows.map(({ label, cells, differs }) => [label, cells.map((cell) => cell?.shown).join(" "), differs])).toEqual(
    [
      ["reply.contains", "✓ ✗ ✓ ✓", true],
      ["reply", "A B A A", true],
      ["calls", "A B A C", true],
      ["said", "A A A A", false],
      ["ended", "A A A A", false],
    ],
  );
});

test("attempts that are equal differ in nothing", () => {
  expect(rowsOf([good, good]).some(({ differs }) => differs)).toBe(false);
});

test("an attempt that stopped early has nothing in the rows of later turns", () => {
  const long = attemptPage([turnPage(1, [message("a")]), turnPage(2, [message("b")])]);
  const rows = rowsOf([attemptPage([turnPage(1, [message("a")])]), long]).filter(({ turn }) => turn === 2);
  expect(rows.every(({ cells: [first, second] }) => first === null && second !== null)).toBe(true);
  expect(rows.filter(({ differs }) => differs).map(({ label }) => label)).toEqual(["reply"]);
});

test("turns are beside those of the same number, and every turn is there once", () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 8 });
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      const [left, right] = [one, other].map((all) => all.map((number) => turnPage(number, [])));
      const pairs = pairsOf(left ?? [], right ?? []);
      expect(pairs.flatMap((pair) => (pair.left === null ? [] : [pair.left.number]))).toEqual(
        one.toSorted((a, b) => a - b),
      );
      expect(pairs.flatMap((pair) => (pair.right === null ? [] : [pair.right.number]))).toEqual(
        other.toSorted((a, b) => a - b),
      );
      for (const pair of pairs)
        expect(pair.left === null || pair.right === null || pair.left.number === pair.right.number).toBe(true);
    }),
  );
});

test("a run against another: the verdict, calls, the reply, and signed numbers", () => {
  const slower = { ...bad, time: 2_400, cost: 0.003, tokens: null };
  expect(deltaOf(scenarioPage([good]), scenarioPage([slower]))).toEqual({
    status: { before: "passed", after: "failed" },
    calls: true,
    reply: true,
    time: 1_200,
    tokens: null,
    cost: 0.002,
  });
  const none = { status: null, calls: false, reply: false, time: 0, tokens: 0, cost: 0 };
  expect(deltaOf(scenarioPage([good]), scenarioPage([good]))).toEqual(none);
});

test.each([
  ["turns[1].expect.reply.contains[0]", "reply.contains[0]"],
  ["expect.tools[0]", "tools[0]"],
  ["turns[0].save.id", "save.id"],
  ["turns[0].user", "status"],
])("%s", (path, label) => {
  expect(labelOf({ path, subject: "status" })).toBe(label);
});
