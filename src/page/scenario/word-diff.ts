import { diffWordsWithSpace } from "diff";
import { unbroken } from "./long-text.ts";
import type { Comparison } from "../../page-data/scenario-page.ts";

/** A part of two texts: in both, only in the first (`del`), only in the second (`ins`), or one that should not be there (`hit`). */
export interface DiffPiece {
  kind: "same" | "del" | "ins" | "hit";
  text: string;
}

/** The maximum length of both texts for a comparison by words; of longer texts, only common beginnings and ends are recognized. */
const mostCompared = 100_000;
const mostEdits = 1_500;
/** The maximum distance in characters at which the start of a word is searched for. */
const longestWord = 120;

/** The difference between two texts, word by word. `same` and `del` together are the first text, `same` and `ins` the second. */
export function wordDiff(one: string, other: string): DiffPiece[] {
  if (one === other) return one === "" ? [] : [{ kind: "same", text: one }];
  const { start, end } = sharedWords(one, other);
  const [middle, otherMiddle] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  return joined([
    { kind: "same", text: one.slice(0, start) },
    ...changed(middle, otherMiddle),
    { kind: "same", text: one.slice(one.length - end) },
  ]);
}

function changed(one: string, other: string): DiffPiece[] {
  const whole: DiffPiece[] = [
    { kind: "del", text: one },
    { kind: "ins", text: other },
  ];
  if (one === "" || other === "" || one.length + other.length > mostCompared) return whole;
  const changes = diffWordsWithSpace(one, other, { maxEditLength: mostEdits });
  if (changes === undefined) return whole;
  return refined(
    changes.map(({ added, removed, value }) => ({ kind: added ? "ins" : removed ? "del" : "same", text: value })),
  );
}

/** Marks only the differing middle of replaced words that are similar. */
function refined(pieces: DiffPiece[]): DiffPiece[] {
  return pieces.flatMap((piece, index) => {
    const [before, next] = [pieces[index - 1], pieces[index + 1]];
    if (piece.kind === "del" && next?.kind === "ins") return withinWords(piece.text, next.text);
    return piece.kind === "ins" && before?.kind === "del" ? [] : [piece];
  });
}

function withinWords(one: string, other: string): DiffPiece[] {
  let start = unbroken(one, sharedStart(one, other));
  let end = sharedEnd(one, other, start);
  if (unbroken(one, one.length - end) < one.length - end) end -= 1;
  if ((start + end) * 2 < Math.max(one.length, other.length)) [start, end] = [0, 0];
  return [
    { kind: "same", text: one.slice(0, start) },
    { kind: "del", text: one.slice(start, one.length - end) },
    { kind: "ins", text: other.slice(start, other.length - end) },
    { kind: "same", text: one.slice(one.length - end) },
  ];
}

/** The numbers of characters that two texts share in complete words at the beginning, and then at the end. */
function sharedWords(one: string, other: string): { start: number; end: number } {
  const start = wordStart(one, sharedStart(one, other));
  let end = sharedEnd(one, other, start);
  while (end > 0 && !/\s/u.test(one.charAt(one.length - end))) end -= 1;
  return { start, end };
}

function sharedStart(one: string, other: string): number {
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  while (start < shortest && one.charCodeAt(start) === other.charCodeAt(start)) start += 1;
  return start;
}

/** The number of characters that two texts share at the end, not counting those at the beginning. */
function sharedEnd(one: string, other: string, start: number): number {
  const most = Math.min(one.length, other.length) - start;
  let end = 0;
  while (end < most && one.charCodeAt(one.length - 1 - end) === other.charCodeAt(other.length - 1 - end)) end += 1;
  return end;
}

/** The start of the word at a position, up to the maximum word length. */
function wordStart(text: string, at: number): number {
  for (let back = at; back > Math.max(0, at - longestWord); back -= 1) {
    if (/\s/u.test(text.charAt(back - 1))) return back;
  }
  return at > longestWord ? unbroken(text, at) : 0;
}

function joined(pieces: readonly DiffPiece[]): DiffPiece[] {
  const all: DiffPiece[] = [];
  for (const { kind, text } of pieces) {
    const last = all.at(-1);
    if (text === "") continue;
    if (last?.kind === kind) last.text += text;
    else all.push({ kind, text });
  }
  return all;
}

/** The two sides of a comparison, each with the important parts marked. */
export interface Sides {
  expected: DiffPiece[];
  actual: DiffPiece[];
}

/**
 * Expected and actual with their differences marked: all differences of two texts that should be equal; for a missing part, the difference from the
 * closest place; for an unwanted part, every occurrence.
 */
export function sidesOf({ shows, expected, actual }: Comparison): Sides {
  if (shows === "unwanted_part") {
    return { expected: [{ kind: "same", text: expected }], actual: occurrences(actual, expected) };
  }
  const near = shows === "missing_part" ? nearestPlace(expected, actual) : { start: 0, end: actual.length };
  if (near === null) return { expected: [{ kind: "del", text: expected }], actual: [{ kind: "same", text: actual }] };
  const pieces = wordDiff(expected, actual.slice(near.start, near.end));
  const before: DiffPiece = { kind: "same", text: actual.slice(0, near.start) };
  const after: DiffPiece = { kind: "same", text: actual.slice(near.end) };
  return {
    expected: pieces.filter(({ kind }) => kind !== "ins"),
    actual: joined([before, ...pieces.filter(({ kind }) => kind !== "del"), after]),
  };
}

function occurrences(text: string, part: string): DiffPiece[] {
  if (part === "") return [{ kind: "same", text }];
  const pieces = text.split(part).flatMap((rest): DiffPiece[] => [
    { kind: "hit", text: part },
    { kind: "same", text: rest },
  ]);
  return joined(pieces.slice(1));
}

/** A range extended to complete words, unless a word is too long. */
function wholeWords(text: string, from: number, to: number): { start: number; end: number } {
  const before = /\S{0,20}$/u.exec(text.slice(Math.max(0, from - 20), from))?.[0] ?? "";
  const after = /^\S{0,20}/u.exec(text.slice(to, to + 20))?.[0] ?? "";
  return { start: unbroken(text, from - before.length), end: unbroken(text, to + after.length) };
}

/** The maximum lengths of a part that is searched for, and of a text that is searched. */
const longestPart = 80;

/** The place in a text that contains most of a part: around the longest common piece; `null` when that is less than three fifths of the part. */
function nearestPlace(part: string, text: string): { start: number; end: number } | null {
  if (part.length > longestPart || text.length > mostCompared) return null;
  const least = Math.max(2, Math.ceil((part.length * 3) / 5));
  for (let length = part.length; length >= least; length -= 1) {
    for (let from = 0; from + length <= part.length; from += 1) {
      const at = text.indexOf(part.slice(from, from + length));
      if (at < 0) continue;
      return wholeWords(text, Math.max(0, at - from), Math.min(text.length, at - from + part.length));
    }
  }
  return null;
}
