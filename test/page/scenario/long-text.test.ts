import fc from "fast-check";
import { expect, test } from "vitest";
import { excerptOf, pagesOf, runsOf } from "../../../src/page/scenario/long-text.ts";

const named = (text: string) => runsOf(text).flatMap((run) => (run.kind === "named" ? [run.name] : []));
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\u0000", "\u001b", "\u202e", "\u200b", "\u200d", "\u00a0", "\n", "\r", "😀", "<b>", "\ud83d"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 3 }),
  ),
});

test("the runs of a text add up to the text, and no plain run has an invisible character", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const runs = runsOf(text);
      expect(runs.map((run) => run.text).join("")).toBe(text);
      const seen = runs.flatMap((run) => (run.kind === "plain" ? [run.text] : [])).join("");
      for (const hidden of ["\0", "\u001b", "\u202e", "\u200b", "\u00a0", "\r"]) expect(seen).not.toContain(hidden);
    }),
  );
});

test.each([
  ["an escape sequence", "\u001b[31mred", ["ESC"]],
  ["text that runs backwards", "\u202egpj.exe", ["RLO"]],
  ["a no-break space", "10\u00a0€", ["nbsp"]],
  ["letters that are hidden in tags", "hi\u{e0041}", ["U+E0041"]],
  ["a family", "👨\u200d👩\u200d👧 ❤️", []],
  ["Persian", "می\u200cخواهم", []],
  ["a joiner between Latin letters", "re\u200dfund", ["U+200D"]],
  ["half a character", "a\ud83d", ["U+D83D"]],
  ["what everybody sees", "a\tb\nc — “d” é", []],
])("%s", (_, text, names) => {
  expect(named(text)).toEqual(names);
});

test("an excerpt has at most 12 lines, also of long ones, and the place it is about", () => {
  const lines = fc.array(fc.string({ maxLength: 600 }), { maxLength: 40 });
  fc.assert(
    fc.property(lines, fc.nat({ max: 30_000 }), (all, at) => {
      const text = all.join("\n");
      const around = Math.min(at, Math.max(0, text.length - 1));
      const { from, to } = excerptOf(text, around);
      const shown = text.slice(from, to);
      expect(shown.length).toBeLessThanOrEqual(12 * 120);
      expect(shown.replace(/\n$/, "").split("\n").length).toBeLessThanOrEqual(12);
      expect(from).toBeLessThanOrEqual(around);
      expect(text === "" || around < to).toBe(true);
    }),
  );
  expect(excerptOf("a\nb\nc")).toEqual({ from: 0, to: 5 });
});

test("the pages of a text are the text, and none is longer than 256 KB", () => {
  for (const text of ["", "a", "x".repeat(1_000_000), "line\n".repeat(200_000), "😀".repeat(300_000)]) {
    const pages = pagesOf(text);
    expect(pages.map(({ from, to }) => text.slice(from, to)).join("")).toBe(text);
    for (const { from, to } of pages) {
      expect(to - from).toBeLessThanOrEqual(262_144);
      expect(text.slice(from, to).isWellFormed()).toBe(true);
    }
  }
});
