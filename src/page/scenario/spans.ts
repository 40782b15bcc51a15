import type { CitationPage } from "../../page-data/scenario-page.ts";
import type { Excerpt } from "./long-text.ts";
import type { DiffPiece } from "./word-diff.ts";

/** A part of a text that is shown in a way of its own, in characters. `number` says which citation it is, from 1. */
export type Span = { from: number; to: number } & ({ kind: "ins" | "del" | "hit" } | { kind: "cite"; number: number });

/** A piece of a text, and the span that it belongs to. */
export interface Segment {
  text: string;
  span: Span | null;
}

/** A part of a text, cut where its spans begin and end. The spans are in order and do not meet; together, the segments are the part. */
export function segmentsOf(text: string, spans: readonly Span[], { from, to }: Excerpt): Segment[] {
  const segments: Segment[] = [];
  let at = from;
  const upTo = (end: number, span: Span | null) => {
    const limited = Math.min(end, to);
    if (limited > at) segments.push({ text: text.slice(at, limited), span });
    at = Math.max(at, limited);
  };
  for (const span of spans) {
    upTo(span.from, null);
    upTo(span.to, span);
  }
  upTo(to, null);
  return segments;
}

/** One side of a diff as a text with spans. */
export function diffText(pieces: readonly DiffPiece[]): { text: string; spans: Span[] } {
  let at = 0;
  const spans = pieces.flatMap(({ kind, text }): Span[] => {
    const from = at;
    at += text.length;
    return kind === "same" ? [] : [{ kind, from, to: at }];
  });
  return { text: pieces.map(({ text }) => text).join(""), spans };
}

/** The citations of a message, each mark once, with its number. */
export function numberedCitations(citations: readonly CitationPage[]): CitationPage[] {
  return [...new Map(citations.map((citation) => [citation.text, citation])).values()];
}

/** Where a text has the marks of its citations: where they say that it is, or, when they count in another unit, the next place that has the mark. */
export function citationSpans(text: string, citations: readonly CitationPage[]): Span[] {
  const numbers = new Map(numberedCitations(citations).map(({ text: mark }, index) => [mark, index + 1]));
  const spans: Span[] = [];
  let free = 0;
  for (const { text: mark, start } of citations.toSorted((one, other) => one.start - other.start)) {
    if (mark === "") continue;
    const from = start >= free && text.startsWith(mark, start) ? start : text.indexOf(mark, free);
    if (from < 0) continue;
    free = from + mark.length;
    spans.push({ kind: "cite", from, to: free, number: numbers.get(mark) ?? 0 });
  }
  return spans;
}
