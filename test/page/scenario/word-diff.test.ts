import fc from "fast-check";
import { expect, test } from "vitest";
import { sidesOf, wordDiff, type DiffPiece } from "../../../src/page/scenario/word-diff.ts";

const without = (pieces: DiffPiece[], kind: DiffPiece["kind"]) =>
  pieces
    .filter((piece) => piece.kind !== kind)
    .map(({ text }) => text)
    .join("");
const marked = (pieces: DiffPiece[]) => pieces.map(({ kind, text }) => (kind === "same" ? text : `[${text}]`)).join("");

const words = fc.array(fc.constantFrom("a", "bb", " ", "\n", "22.80", "😀", "é", "\u0000"), { maxLength: 30 });
const text = fc.oneof(
  words.map((each) => each.join("")),
  fc.string({ unit: "grapheme" }),
);

test("a diff has both texts in it, whatever they are, and marks nothing of equal ones", () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const pieces = wordDiff(one, other);
      expect(without(pieces, "ins")).toBe(one);
      expect(without(pieces, "del")).toBe(other);
      expect(pieces.every(({ kind }) => kind === "same")).toBe(one === other);
    }),
  );
});

test.each([
  ["equal texts", "It is late.", "It is late.", "It is late."],
  ["a number", "It is 22.80 °C.", "It is 22.79 °C.", "It is 22.[80][79] °C."],
  ["a word", "The order is late today.", "The order is lost today.", "The order is [late][lost] today."],
  ["a sentence", "Yes.", "Nothing of the kind can be found here.", "[Yes][Nothing of the kind can be found here]."],
])("%s", (_, one, other, shown) => {
  expect(marked(wordDiff(one, other))).toBe(shown);
});

test("texts of any length are compared at once", () => {
  const [one, other] = ["cat", "dog"].map((middle) => `${"x ".repeat(300_000)}${middle}${" y".repeat(300_000)}`);
  const pieces = wordDiff(one ?? "", other ?? "");
  expect(pieces.map(({ kind }) => kind)).toEqual(["same", "del", "ins", "same"]);
  expect(pieces[1]?.text).toBe("cat");
});

test("a missing part is compared with the place that comes nearest", () => {
  const sides = sidesOf({ shows: "missing_part", expected: "22.80", actual: "It is 22.79 °C in Pune." });
  expect(marked(sides.expected)).toBe("22.[80]");
  expect(marked(sides.actual)).toBe("It is 22.[79] °C in Pune.");
  const far = sidesOf({ shows: "missing_part", expected: "refund", actual: "It is late." });
  expect([marked(far.expected), marked(far.actual)]).toEqual(["[refund]", "It is late."]);
});

test("a forbidden part is marked wherever it occurs", () => {
  const { actual } = sidesOf({ shows: "unwanted_part", expected: "sorry", actual: "sorry, so sorry" });
  expect(marked(actual)).toBe("[sorry], so [sorry]");
});

test("both sides are whole", () => {
  fc.assert(
    fc.property(
      text,
      text,
      fc.constantFrom("difference", "missing_part", "unwanted_part"),
      (expected, actual, shows) => {
        const sides = sidesOf({ shows, expected, actual });
        expect(without(sides.expected, "ins")).toBe(expected);
        expect(without(sides.actual, "del")).toBe(actual);
      },
    ),
  );
});
