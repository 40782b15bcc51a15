import fc from "fast-check";
import { expect, test } from "vitest";
import { differenceNote, showDifference } from "../../src/kit/difference.ts";

test.each([
  ["a b", "a\u00a0b", "white space only: U+00A0 (no-break space) instead of U+0020 (space)"],
  ["10\u202f000 €", "10 000 €", "white space only: U+0020 (space) instead of U+202F (narrow no-break space)"],
  ["ok", "ok\n", "white space only"],
  ["ok", "ok  ", "white space only"],
  ["ok", "o\u200bk", "U+200B (zero width space) added"],
  ["ca\u00adfe", "cafe", "U+00AD (soft hyphen) removed"],
  ["ok", "o\u200bx", "U+200B (zero width space) instead of U+006B"],
  ["ok", "ok\ufeff", "white space only: U+FEFF (byte order mark) instead of nothing"],
  ["ok\u200b", "ok", "U+200B (zero width space) removed"],
  ["paypal", "p\u0430ypal", "U+0430 instead of U+0061"],
  ["a-b", "a\u2013b", "U+2013 (en dash) instead of U+002D"],
  ["it's", "it\u2019s", "U+2019 (right single quotation mark) instead of U+0027"],
  ["one", "two", null],
  ["cafe", "café", null],
  ["same", "same", null],
])("%j and %j: %j", (one, other, note) => {
  expect(differenceNote(one, other)).toBe(note);
});

test.each([
  ["a b", "a  b", 60, "a·b", "a··b"],
  ["a", "a\t\n", 60, "a", "a→⏎"],
  ["a\tb", "a    c", 60, "a→b", "a    c"],
  ["a\tb", "a\tc", 60, "a\tb", "a\tc"],
  ["a\u00adb", "ab", 60, "a<U+00AD>b", "ab"],
  [
    `${"x".repeat(100)}one`,
    `${"x".repeat(100)}two`,
    60,
    `…80 chars…${"x".repeat(20)}one`,
    `…80 chars…${"x".repeat(20)}two`,
  ],
  [
    "one".padEnd(90, "x"),
    "two".padEnd(90, "x"),
    60,
    `${"one".padEnd(60, "x")}…30 chars…`,
    `${"two".padEnd(60, "x")}…30 chars…`,
  ],
])("%j and %j within %i", (one, other, most, shownOne, shownOther) => {
  expect(showDifference(one, other, most)).toMatchObject({ one: shownOne, other: shownOther });
});

test("a difference is always seen, however long the texts", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(" ", "\u00a0", "\u200b", "\n", "\t", "x".repeat(300), "😀"),
  );
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, text, fc.integer({ min: 30, max: 80 }), (one, other, most) => {
      const shown = showDifference(one, other, most);
      if (one === other) expect(shown.one).toBe(shown.other);
      else expect([shown.one, shown.note === null ? "" : shown.note]).not.toEqual([shown.other, ""]);
      expect(shown.one.isWellFormed()).toBe(true);
    }),
    { numRuns: 500 },
  );
});
