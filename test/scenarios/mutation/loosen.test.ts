import fc from "fast-check";
import { expect, test } from "vitest";
import { looseningsOf } from "../../../src/scenarios/mutation/loosen.ts";
import { splitParagraphs } from "../../../src/scenarios/mutation/paragraphs.ts";

const loosened = (text: string) =>
  looseningsOf(text).map(({ start, end, text: other }) => text.slice(0, start) + other + text.slice(end));

test.each<[text: string, others: string[]]>([
  ["Never promise a refund.", ["Try not to promise a refund."]],
  ["You must not guess.", ["You need not guess."]],
  ["You must never guess.", ["You should rather not guess."]],
  ["You must ask.", ["You may ask."]],
  ["Only answer in French.", ["answer in French."]],
  ["Do not swear; always smile.", ["Preferably do not swear; always smile.", "Do not swear; usually smile."]],
  ["Refund at most 50 euros.", ["Refund about 50 euros.", "Refund at most 100 euros."]],
  ["Wait 2.5 hours.", ["Wait 5 hours."]],
  ["Offer 0 percent.", ["Offer 1 percent."]],
  ["1. Greet.\n2. Ask.", []],
  ["Order A-1001, version 1.2.3, at 2026-11-26, see http://127.0.0.1:80/x", []],
  ["Mustard is commonly evergreen.", []],
  ["Answer ${{ vars.must ? 'never' : 10 }}.", []],
])("%s", (text, others) => {
  expect(loosened(text)).toEqual(others);
});

test("law: a loosening changes the text in one place, and what is around it stays", () => {
  const word = fc.constantFrom("never", "must", "only", "12", "refund", "do not", "\n", "- a", "3.5", "ALWAYS", ".");
  fc.assert(
    fc.property(
      fc.array(word).map((words) => words.join(" ")),
      (text) => {
        for (const { start, end, text: other } of looseningsOf(text)) {
          expect(other).not.toBe(text.slice(start, end));
          expect(start).toBeLessThan(end);
        }
      },
    ),
  );
});

test.each<[text: string, paragraphs: string[]]>([
  ["One.\n\nTwo\nlines.", ["One.", "Two\nlines."]],
  ["# Title\n\nOne.\n## Part\nTwo.", ["One.", "Two."]],
  ["Do:\n- a\n  more\n- b\n\n1. c\n2) d", ["Do:", "- a\n  more", "- b", "1. c", "2) d"]],
  ["See:\n```\na\n\n- b\n# c\n```\nDone.", ["See:\n```\na\n\n- b\n# c\n```\nDone."]],
  ["  \n\n", []],
])("the paragraphs of %j", (text, paragraphs) => {
  expect(splitParagraphs(text).map(({ start, end }) => text.slice(start, end))).toEqual(paragraphs);
});

test("law: paragraphs do not overlap, and contain every word outside of headings", () => {
  const line = fc.constantFrom("a b", "- c", "1. d", "", "# e", "  f", "```", "g\t");
  fc.assert(
    fc.property(
      fc.array(line).map((lines) => lines.join("\n")),
      (text) => {
        const spans = splitParagraphs(text);
        for (const [index, { start }] of spans.entries())
          expect(start).toBeGreaterThanOrEqual(spans[index - 1]?.end ?? 0);
        const left = spans.toReversed().reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
        expect(left.split("\n").filter((each) => each.trim() !== "" && !each.startsWith("#"))).toEqual([]);
      },
    ),
  );
});
