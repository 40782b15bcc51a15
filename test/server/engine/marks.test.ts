import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annotationsOf, showable } from "../../../src/server/engine/marks.ts";

const files = {
  citations: { "4:0": "file-a", "4:1": "file-b" },
  paths: { "/mnt/data/plot.csv": "file-p", "/mnt/data/a.b": "file-q", "/mnt/data/ä (1) b.txt": "file-r" },
};

test.each([
  ["Paris【4:0†source】.", ["【4:0†source】 file-a"]],
  ["both【4:0†source】【4:1†handbook.md】", ["【4:0†source】 file-a", "【4:1†handbook.md】 file-b"]],
  ["unknown【9:9†source】 and 【not one】", []],
  ["[plot](sandbox:/mnt/data/plot.csv)", ["sandbox:/mnt/data/plot.csv file-p"]],
  ["see sandbox:/mnt/data/plot.csv.", ["sandbox:/mnt/data/plot.csv file-p"]],
  ["see sandbox:/mnt/data/a.b and sandbox:/mnt/data/other", ["sandbox:/mnt/data/a.b file-q"]],
  ["see sandbox:/mnt/data/a.b.c and sandbox:/mnt/data/a.b2", []],
  ["[x](sandbox:/mnt/data/ä (1) b.txt), sandbox:/mnt/data/ä (1)", ["sandbox:/mnt/data/ä (1) b.txt file-r"]],
  ["😀 first 【4:0†source】", ["【4:0†source】 file-a"]],
])("%s", (text, expected) => {
  const found = annotationsOf(text, files).map((annotation) => {
    const { file_id: id } = annotation.type === "file_citation" ? annotation.file_citation : annotation.file_path;
    return `${annotation.text} ${id}`;
  });
  expect(found).toEqual(expected);
});

const piece = fc.oneof(
  fc.constantFrom(
    "【4:0†source】",
    "【4:1†a b】",
    "【7:7†source】",
    "【",
    "】",
    "sandbox:/mnt/data/plot.csv",
    "sandbox:/mnt/data/ä (1",
    ") b.txt",
    "sandbox:",
    "s",
    " ",
    ".",
  ),
  fc.string({ unit: "grapheme", maxLength: 5 }),
);

describe("laws", () => {
  test("an annotation's indexes are exactly its text", () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        for (const { text: mark, start_index: start, end_index: end } of annotationsOf(text, files))
          expect(text.slice(start, end)).toBe(mark);
      }),
    );
  });

  test("text shown as it grows has the same annotations as the whole text", () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        let shown = "";
        let held = "";
        const found: object[] = [];
        const show = (text: string): void => {
          for (const { text: mark, start_index: start } of annotationsOf(text, files))
            found.push({ mark, start: shown.length + start });
          shown += text;
        };
        for (const delta of pieces) {
          held += delta;
          const length = showable(held, files);
          show(held.slice(0, length));
          held = held.slice(length);
        }
        show(held);
        const text = pieces.join("");
        expect(shown).toBe(text);
        expect(found).toEqual(
          annotationsOf(text, files).map(({ text: mark, start_index: start }) => ({ mark, start })),
        );
      }),
      { numRuns: 500 },
    );
  });
});
