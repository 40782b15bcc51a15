import { diffLines, type ChangeObject } from "diff";
import { cutAround, cutEnd, showDifference } from "../../kit/difference.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";
import { areStructures, comparedTexts, plainText } from "./comparison.ts";
import { nearestPart } from "./nearest-part.ts";
import { block, mostCharacters } from "./text.ts";

const mostLines = 20;
/** Of a difference; texts are longer. */
const mostDifferences = 40;
/** Equal lines that are shown before and after a difference. */
const context = 3;
/** Beyond this, comparing line by line may take longer than anybody waits. */
const longest = 200_000;

/** Expected against actual, line by line, each line cut around the place where they differ. */
export function differenceOf(expected: unknown, actual: unknown): string[] {
  if (typeof expected === "string" && typeof actual === "string") return ofTexts(expected, actual);
  if (!areStructures(expected, actual)) {
    return [...block(plainText(expected), "- ", mostLines), ...block(plainText(actual), "+ ", mostLines)];
  }
  const texts = comparedTexts(expected, actual);
  return ofTexts(texts.expected, texts.actual);
}

/** A text, or several, that should be in another one: beside it the part that comes nearest, when there is one. */
export function missingPart(expected: unknown, actual: string): string[] {
  const near = typeof expected === "string" ? nearestPart(expected, actual) : null;
  if (typeof expected === "string" && near !== null) return pair(expected, near);
  return [...block(plainText(expected), "- ", mostLines), ...block(actual, "+ ", mostLines)];
}

/** A text around a part of it that should not be there. */
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

/** The lines of one change; of lines that took one another's place, both are shown by the first change. */
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

/** Lines that took the place of others. When they are as many, each beside the one in its place, with what is hard to see. */
function exchanged(expected: readonly string[], actual: readonly string[]): string[] {
  if (expected.length === actual.length && expected.length <= context) {
    const pairs = expected.map((line, index) => pair(line, actual[index] ?? ""));
    if (pairs.some((lines) => lines.length > 2)) return pairs.flat();
  }
  return [...expected.map((line) => prefixed("- ", line)), ...actual.map((line) => prefixed("+ ", line))];
}

/** One text above another, cut around their difference, and a note on what is hard to see. */
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

/** The lines of a change, each with its line end. */
function linesOf({ value }: Change): string[] {
  return value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
