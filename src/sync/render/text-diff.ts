import { diffWordsWithSpace, structuredPatch } from "diff";
import {
  cutAround,
  cutEnd,
  differenceNote,
  isSameWithoutBlanks,
  withBlanks,
  withInvisible,
  withUnseen,
} from "../../kit/difference.ts";
import type { Line } from "./line.ts";
import { printableLine } from "../../kit/terminal-text.ts";

/** Lines longer than this are shown once, with their words marked. */
const longLine = 120;
/** With more changed lines or words than this it is a rewrite, and a diff shows nothing useful. */
const mostEdits = 1000;
/** The number of characters of a line, or of a changed part, that are shown without `--full`. */
const mostShown = 400;
/** The number of characters of a long line that are shown to the left and right of a change. */
const nearby = 40;

/** How a text changed: counts, and the changed lines with three lines of context. No lines when it was rewritten. */
export interface TextDiff {
  added: number;
  removed: number;
  lines: Line[];
}

/** Compares two texts line by line; the title of a hunk has the Markdown heading above it. */
export function diffText(before: string, after: string, full = true): TextDiff {
  const ended = [withLastNewline(before), withLastNewline(after)] as const;
  // A final line end is compared only when nothing else differs, and is reported separately otherwise.
  const [old, now] = ended[0] === ended[1] ? [toUnix(before), toUnix(after)] : ended;
  const patch = structuredPatch("", "", old, now, undefined, undefined, { context: 3, maxEditLength: mostEdits });
  if (patch === undefined) return { added: countLines(now), removed: countLines(old), lines: [] };
  const changed = patch.hunks.flatMap(({ lines }) => lines);
  const newLines = now.split("\n");
  return {
    added: changed.filter((line) => line.startsWith("+")).length,
    removed: changed.filter((line) => line.startsWith("-")).length,
    lines: patch.hunks
      .flatMap(({ newStart, lines }) =>
        [titleLine(newLines, newStart, lines)].concat(hunkLines(lines, full ? Infinity : mostShown)),
      )
      .concat(ended[0] !== ended[1] ? lastLineEnd(before, after) : []),
  };
}

/** The number of lines of a text. */
export function countLines(text: string): number {
  return text === "" ? 0 : withLastNewline(text).split("\n").length - 1;
}

function lastLineEnd(before: string, after: string): Line[] {
  if (before === "" || after === "" || before.endsWith("\n") === after.endsWith("\n")) return [];
  return [toLine(" ", after.endsWith("\n") ? "(now ends with a line end)" : "(no longer ends with a line end)")];
}

function toUnix(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function withLastNewline(text: string): string {
  const unix = toUnix(text);
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

/** A line of a hunk: its mark, its text, and whether a line end follows. */
interface HunkLine {
  mark: string;
  text: string;
  isEnded: boolean;
}

/** The lines of a hunk; where long lines were replaced one by one, each pair becomes one line with its words marked. */
function hunkLines(lines: readonly string[], most: number): Line[] {
  const result: Line[] = [];
  let rest = parseHunk(lines);
  while (rest.length > 0) {
    const removed = takeWhile(rest, "-");
    const added = takeWhile(rest.slice(removed.length), "+");
    const run = removed.length + added.length;
    if (run === 0) {
      result.push(toLine(" ", cutEnd(rest[0]?.text ?? "", most)));
      rest = rest.slice(1);
      continue;
    }
    result.push(...replaced(removed, added, most));
    rest = rest.slice(run);
  }
  return result;
}

/** Parses a hunk. A patch has "\\ No newline at end of file" after a line without a line end. */
function parseHunk(lines: readonly string[]): HunkLine[] {
  return lines.flatMap((line, index) =>
    line.startsWith("\\")
      ? []
      : [{ mark: line.slice(0, 1), text: line.slice(1), isEnded: lines[index + 1]?.startsWith("\\") !== true }],
  );
}

function replaced(removed: readonly HunkLine[], added: readonly HunkLine[], most: number): Line[] {
  const pairs = removed.map(({ text }, index) => [text, added[index]?.text ?? ""] as const);
  const reworded =
    removed.length === added.length && pairs.some(([old, now]) => Math.max(old.length, now.length) > longLine)
      ? pairs.map(([old, now]) => rewordedLine(old, now, most))
      : [];
  if (reworded.length > 0 && reworded.every((line) => line !== null)) return reworded;
  return [
    ...removed.map((line, index) => toLine("-", seen(line, added[index], most))),
    ...added.map((line, index) => toLine("+", seen(line, removed[index], most))),
  ];
}

/** A line compared with the one that it replaces: white space and invisible characters are shown where they are the difference. */
function seen({ text, isEnded }: HunkLine, other: HunkLine | undefined, most: number): string {
  if (other === undefined) return cutEnd(text, most);
  const { one: cut } = cutAround(text, other.text, most);
  if (text === other.text || isSameWithoutBlanks(text, other.text)) return withBlanks(cut) + (isEnded ? "⏎" : "");
  return shownBeside(text, other.text)(cut);
}

/** How a line, or a part of it, is shown beside the one that it replaces: unchanged where the difference is visible. */
function shownBeside(one: string, other: string): (text: string) => string {
  const show = withUnseen(one, other);
  return show === withInvisible && differenceNote(one, other) === null ? (text) => text : show;
}

/** `You are a [-calm-]{+cheerful+} assistant`, without distant unchanged parts; `null` when the line was rewritten. */
function rewordedLine(old: string, now: string, most: number): Line | null {
  if (old === now || isSameWithoutBlanks(old, now)) return null;
  const words = diffWordsWithSpace(old, now, { maxEditLength: mostEdits });
  if (words === undefined) return null;
  const show = shownBeside(old, now);
  const parts = words.map(({ value, added, removed }, index) => {
    if (added) return `{+${show(cutEnd(value, most))}+}`;
    if (removed) return `[-${show(cutEnd(value, most))}-]`;
    return shortened(value, index === 0, index === words.length - 1);
  });
  return toLine("~", parts.join(""));
}

/** Cuts between words, so that the rest can be found by searching. */
function shortened(text: string, first: boolean, last: boolean): string {
  const head = first ? "" : text.slice(0, nearby).replace(/\S*$/, "");
  const tail = last ? "" : text.slice(-nearby).replace(/^\S*/, "");
  return text.length <= 2 * nearby ? text : `${head}…${tail}`;
}

function takeWhile(lines: readonly HunkLine[], mark: string): HunkLine[] {
  const end = lines.findIndex((line) => line.mark !== mark);
  return lines.slice(0, end === -1 ? lines.length : end);
}

function toLine(mark: Line["mark"], text: string): Line {
  return { mark, indent: 0, text: printableLine(text) };
}
