import type { CitationPage } from "../../page-data/scenario-page.ts";
import type { Excerpt } from "./long-text.ts";
import type { DiffPiece } from "./word-diff.ts";

/** A part of a text with its own style, in characters. `number` is the number of the citation, from 1. */
export type Span = { from: number; to: number } & ({ kind: "ins" | "del" | "hit" } | { kind: "cite"; number: number });

/** A piece of a text, with its span. */
export interface Segment {
  text: string;
  span: Span | null;
}

/** An excerpt of a text, split where its spans begin and end. The spans are in order and do not overlap; together, the segments form the excerpt. */
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

/** The citations of a message, each mark once, in order. */
export function numberedCitations(citations: readonly CitationPage[]): CitationPage[] {
  return [...new Map(citations.map((citation) => [citation.text, citation])).values()];
}

/** The positions of citation marks in a text: the reported position or, if it uses another unit, the next occurrence of the mark. */
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
