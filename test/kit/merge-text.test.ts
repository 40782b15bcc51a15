import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conflictLine } from "../../src/kit/conflict-markers.ts";
import { mergeTexts } from "../../src/kit/merge-text.ts";

const names = { ours: "here", theirs: "there" };
const line = fc.constantFrom("a", "b", "c", "", "constructor", "__proto__");
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));

describe("laws", () => {
  test("what only one side edited is that side's", () => {
    fc.assert(
      fc.property(text, text, (base, edited) => {
        expect(mergeTexts(base, edited, base, names)).toEqual({ text: edited, conflicts: 0 });
        expect(mergeTexts(base, base, edited, names)).toEqual({ text: edited, conflicts: 0 });
        expect(mergeTexts(base, edited, edited, names)).toEqual({ text: edited, conflicts: 0 });
      }),
    );
  });

  test("edits of different lines are both there, and nothing else changes", () => {
    const edits = fc.array(fc.constantFrom("ours", "theirs", "none"), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(edits, (who) => {
        const base = who.map((_, index) => `line ${index}`);
        const by = (side: string) => base.map((each, index) => (who[index] === side ? `${each} ${side}` : each));
        const both = base.map((each, index) => (who[index] === "none" ? each : `${each} ${who[index]}`));
        const merged = mergeTexts(base.join("\n"), by("ours").join("\n"), by("theirs").join("\n"), names);
        expect(merged).toEqual({ text: both.join("\n"), conflicts: 0 });
      }),
    );
  });

  test("both sides of every conflict are complete: either choice gives a text without markers", () => {
    fc.assert(
      fc.property(text, text, text, (base, ours, theirs) => {
        const { text: merged, conflicts } = mergeTexts(base, ours, theirs, names);
        expect(merged.split("\n").filter((each) => each === "<<<<<<< here")).toHaveLength(conflicts);
        expect(conflictLine(merged) === null).toBe(conflicts === 0);
        const turned = mergeTexts(base, theirs, ours, { ours: "there", theirs: "here" });
        expect(turned.conflicts).toBe(conflicts);
      }),
    );
  });
});

test("where both touched one line, both stay between markers, and only there", () => {
  const base = "Be brief.\nAnswer in metric units.\nSay please.\n";
  const ours = "Be very brief.\nAnswer in metric units.\nSay please.\n";
  const theirs = "Be friendly.\nAnswer in metric units.\nSay please and thank you.\n";
  expect(mergeTexts(base, ours, theirs, names).text).toBe(
    [
      "<<<<<<< here",
      "Be very brief.",
      "=======",
      "Be friendly.",
      ">>>>>>> there",
      "Answer in metric units.",
      "Say please and thank you.",
      "",
    ].join("\n"),
  );
});

test("texts that would take too long to compare are one conflict", () => {
  const blank = (count: number, end: string) => `${"\n".repeat(count)}${end}`;
  const merged = mergeTexts(blank(9000, "end"), `x${blank(9100, "ours")}`, `y${blank(9200, "theirs")}`, names);
  expect(merged.conflicts).toBe(1);
});

test.each([
  ["a prompt about <<<<<<< HEAD", null],
  ["<<<<<<< HEAD\none\n", null],
  ["a\r\n<<<<<<< HEAD\r\none\r\n=======\r\ntwo\r\n>>>>>>> there\r\n", 1],
])("conflict markers are a begin, a middle and an end: %j", (given, at) => {
  expect(conflictLine(given)).toBe(at);
});
