import { diffWordsWithSpace, structuredPatch } from "diff";
import type { Line } from "./line.ts";
import { printableLine } from "../../kit/terminal-text.ts";

/** Lines longer than this are shown once, with their words marked. */
const longLine = 120;
/** Beyond this many changed lines or words it is a rewrite, and a comparison says nothing. */
const mostEdits = 1000;
/** Characters of a long line that stay to the left and right of a change. */
const nearby = 40;

/** How a text changed: counts, and the lines with three of context. No lines when it was rewritten. */
export interface TextDiff {
  added: number;
  removed: number;
  lines: Line[];
}

/** Compares two texts line by line; hunks are titled by the Markdown heading they stand under. */
export function diffText(before: string, after: string): TextDiff {
  const [old, now] = [withLastNewline(before), withLastNewline(after)];
  const patch = structuredPatch("", "", old, now, undefined, undefined, { context: 3, maxEditLength: mostEdits });
  if (patch === undefined) return { added: countLines(now), removed: countLines(old), lines: [] };
  const changed = patch.hunks.flatMap(({ lines }) => lines);
  const newLines = now.split("\n");
  return {
    added: changed.filter((line) => line.startsWith("+")).length,
    removed: changed.filter((line) => line.startsWith("-")).length,
    lines: patch.hunks.flatMap(({ newStart, lines }) =>
      [titleLine(newLines, newStart, lines)].concat(hunkLines(lines)),
    ),
  };
}

/** The number of lines of a text. */
export function countLines(text: string): number {
  return text === "" ? 0 : withLastNewline(text).split("\n").length - 1;
}

function withLastNewline(text: string): string {
  const unix = text.replaceAll("\r\n", "\n");
  return unix === "" || unix.endsWith("\n") ? unix : `${unix}\n`;
}

/** `line 12, under "## Tone"`. */
function titleLine(newLines: readonly string[], start: number, lines: readonly string[]): Line {
  const context = lines.findIndex((line) => !line.startsWith(" "));
  const first = Math.max(start, 1) + context;
  const heading = newLines.slice(0, first).findLast((line) => /^#{1,6} /.test(line));
  const place = `line ${first}`;
  return toLine("@", heading === undefined ? place : `${place}, under "${heading.trim()}"`);
}

/** Lines of a hunk; where long lines were replaced one by one, each pair is one line with its words marked. */
function hunkLines(lines: readonly string[]): Line[] {
  const result: Line[] = [];
  let rest = lines;
  while (rest.length > 0) {
    const removed = takeWhile(rest, "-");
    const added = takeWhile(rest.slice(removed.length), "+");
    const run = removed.length + added.length;
    if (run === 0) {
      const [line = "", ...others] = rest;
      if (!line.startsWith("\\")) result.push(toLine(" ", line.slice(1)));
      rest = others;
      continue;
    }
    result.push(...replaced(removed, added));
    rest = rest.slice(run);
  }
  return result;
}

function replaced(removed: readonly string[], added: readonly string[]): Line[] {
  const pairs = removed.map((old, index) => [old, added[index] ?? ""] as const);
  const reworded =
    removed.length === added.length && pairs.some(([old, now]) => Math.max(old.length, now.length) > longLine)
      ? pairs.map(([old, now]) => rewordedLine(old, now))
      : [];
  if (reworded.length > 0 && reworded.every((line) => line !== null)) return reworded;
  return [...removed.map((line) => toLine("-", line)), ...added.map((line) => toLine("+", line))];
}

/** `You are a [-calm-]{+cheerful+} assistant`, without the far parts that stay; `null` when it was rewritten. */
function rewordedLine(old: string, now: string): Line | null {
  const words = diffWordsWithSpace(old, now, { maxEditLength: mostEdits });
  if (words === undefined) return null;
  const parts = words.map(({ value, added, removed }, index) => {
    if (added) return `{+${value}+}`;
    if (removed) return `[-${value}-]`;
    return shortened(value, index === 0, index === words.length - 1);
  });
  return toLine("~", parts.join(""));
}

/** Cut between words, so that what stays can be found again. */
function shortened(text: string, first: boolean, last: boolean): string {
  const head = first ? "" : text.slice(0, nearby).replace(/\S*$/, "");
  const tail = last ? "" : text.slice(-nearby).replace(/^\S*/, "");
  return text.length <= 2 * nearby ? text : `${head}…${tail}`;
}

function takeWhile(lines: readonly string[], mark: string): string[] {
  const end = lines.findIndex((line) => !line.startsWith(mark));
  return lines.slice(0, end === -1 ? lines.length : end).map((line) => line.slice(1));
}

function toLine(mark: Line["mark"], text: string): Line {
  return { mark, indent: 0, text: printableLine(text) };
}
