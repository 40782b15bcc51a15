import { diffLines, type ChangeObject } from "diff";
import { cutAround, cutEnd, showDifference } from "../../kit/difference.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";
import { areStructures, comparedTexts, plainText } from "./comparison.ts";
import { nearestPart } from "./nearest-part.ts";
import { block, mostCharacters } from "./text.ts";

const mostLines = 20;
/** The maximum number of lines of a difference. */
const mostDifferences = 40;
/** The number of equal lines shown before and after a difference. */
const context = 3;
/** The maximum length in characters for a comparison by lines, which takes too long for longer texts. */
const longest = 200_000;

/** The difference of expected and actual, line by line, each line cut around the place where they differ. */
export function differenceOf(expected: unknown, actual: unknown): string[] {
  if (typeof expected === "string" && typeof actual === "string") return ofTexts(expected, actual);
  if (!areStructures(expected, actual)) {
    return [...block(plainText(expected), "- ", mostLines), ...block(plainText(actual), "+ ", mostLines)];
  }
  const texts = comparedTexts(expected, actual);
  return ofTexts(texts.expected, texts.actual);
}

/** A text, or several, that should occur in another text, beside the closest part of that text if there is one. */
export function missingPart(expected: unknown, actual: string): string[] {
  const near = typeof expected === "string" ? nearestPart(expected, actual) : null;
  if (typeof expected === "string" && near !== null) return pair(expected, near);
  return [...block(plainText(expected), "- ", mostLines), ...block(actual, "+ ", mostLines)];
}

/** The text around a part that should not be there. */
export function unwantedPart(part: unknown, actual: string): string[] {
  const at = typeof part === "string" ? actual.indexOf(part) : -1;
  if (at < mostCharacters) return block(actual, "+ ", mostLines);
  const { one } = cutAround(actual, actual.slice(0, at), mostCharacters);
  return block(one, "+ ", mostLines);
}

function ofTexts(expected: string, actual: string): string[] {
  const isLong = Math.max(expected.length, actual.length) > longest;
  if (isLong || !`${expected}${actual}`.trimEnd().includes("\n")) return pair(expected, actual);
  const changes = diffLines(expected, actual, { maxEditLength: 2_000 });
  if (changes === undefined) return pair(expected, actual);
  const lines = changes.flatMap((change, index) => changeLines(change, changes[index - 1], changes[index + 1]));
  const rest = lines.length - mostDifferences;
  return rest > 1 ? [...lines.slice(0, mostDifferences), `  … ${rest} more lines`] : lines;
}

type Change = ChangeObject<string>;

/** The lines of one change. For replaced lines, the first of the two changes shows both. */
function changeLines(change: Change, before: Change | undefined, after: Change | undefined): string[] {
  if (change.removed) {
    return after?.added === true
      ? exchanged(linesOf(change), linesOf(after))
      : linesOf(change).map((line) => prefixed("- ", line));
  }
  if (change.added) return before?.removed === true ? [] : linesOf(change).map((line) => prefixed("+ ", line));
  const lines = linesOf(change).map((line) => prefixed("  ", line));
  const head = before === undefined ? 0 : context;
  const tail = after === undefined ? 0 : context;
  const hidden = lines.length - head - tail;
  return hidden > 1
    ? [...lines.slice(0, head), `  … ${hidden} equal lines`, ...lines.slice(lines.length - tail)]
    : lines;
}

/** Lines that replaced others. If their numbers are equal, each is shown beside its replacement, with a note on what is hard to see. */
function exchanged(expected: readonly string[], actual: readonly string[]): string[] {
  if (expected.length === actual.length && expected.length <= context) {
    const pairs = expected.map((line, index) => pair(line, actual[index] ?? ""));
    if (pairs.some((lines) => lines.length > 2)) return pairs.flat();
  }
  return [...expected.map((line) => prefixed("- ", line)), ...actual.map((line) => prefixed("+ ", line))];
}

/** One text above another, cut around their difference, with a note on what is hard to see. */
function pair(expected: string, actual: string): string[] {
  const { one, other, note } = showDifference(expected, actual, mostCharacters);
  const lines = [...multi("- ", one), ...multi("+ ", other)];
  return note === null ? lines : [...lines, `  (${printableLine(note)})`];
}

function multi(prefix: string, text: string): string[] {
  return printable(text)
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `${prefix}${line}`.trimEnd());
}

function prefixed(prefix: string, line: string): string {
  return `${prefix}${printableLine(cutEnd(line.replace(/\r?\n$/, ""), mostCharacters))}`.trimEnd();
}

/** The lines of a change, each with its line ending. */
function linesOf({ value }: Change): string[] {
  return value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
