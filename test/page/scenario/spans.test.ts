import fc from "fast-check";
import { expect, test } from "vitest";
import type { CitationPage } from "../../../src/page-data/scenario-page.ts";
import { citationSpans, diffText, segmentsOf } from "../../../src/page/scenario/spans.ts";
import { wordDiff } from "../../../src/page/scenario/word-diff.ts";

const cite = (text: string, start: number): CitationPage => ({
  text,
  start,
  end: start + text.length,
  file: { id: "file-1", name: "policy.pdf", content: null },
  passage: null,
});

test("the segments of a part of a text are that part", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(30), fc.nat(30), (one, other, from, length) => {
      const { text, spans } = diffText(wordDiff(one, other));
      const to = Math.min(text.length, from + length);
      const excerpt = { from: Math.min(from, to), to };
      const segments = segmentsOf(text, spans, excerpt);
      expect(segments.map((each) => each.text).join("")).toBe(text.slice(excerpt.from, to));
    }),
  );
});

test("a mark is found where it says, or where it is; the same mark has the same number", () => {
  const text = "😀 14 days【4:0†source】, free【4:1†source】, again【4:0†source】";
  const [first, second] = ["【4:0†source】", "【4:1†source】"] as const;
  const citations = [cite(first, 8), cite(second, text.indexOf(second)), cite(first, text.lastIndexOf(first))];
  const spans = citationSpans(text, citations);
  expect(spans.map(({ from, to }) => text.slice(from, to))).toEqual([first, second, first]);
  expect(spans.map((span) => (span.kind === "cite" ? span.number : 0))).toEqual([1, 2, 1]);
});

test("a mark that the text does not have is nowhere", () => {
  expect(citationSpans("abc", [cite("[1]", 0), cite("", 1)])).toEqual([]);
});
