import { cutEnd, showDifference } from "../../kit/difference.ts";
import { printableLine } from "../../kit/terminal-text.ts";

/** One line of a rendered plan, before it becomes text or Markdown. `@` is the title of a hunk, a space marks context. */
export interface Line {
  mark: "+" | "-" | "~" | "!" | "@" | " ";
  indent: number;
  text: string;
}

/** The same lines with a deeper indent. */
export function indented(lines: readonly Line[], by = 1): Line[] {
  return lines.map(({ mark, indent, text }) => ({ mark, indent: indent + by, text }));
}

/** The first `most` lines, and a line that counts the rest. */
export function capped(lines: readonly Line[], most: number): Line[] {
  if (lines.length <= most) return [...lines];
  const left = lines.length - most;
  return [
    ...lines.slice(0, most),
    {
      mark: " ",
      indent: 1,
      text: `… ${left} more ${left === 1 ? "line" : "lines"} (--full shows ${left === 1 ? "it" : "them"})`,
    },
  ];
}

/** The number of characters of a value that are shown without `--full`. */
const mostShown = 60;

/** True when `shortValue` shows the whole value. */
export function isShort(value: unknown): boolean {
  return textOf(value).length <= mostShown;
}

/** A value on one line, cut at its end when it is long: `"You are…12 chars…`, `0.2`, `not set`. */
export function shortValue(value: unknown, full = false): string {
  return printableLine(cutEnd(textOf(value), full ? Infinity : mostShown));
}

/** Two values on one line, cut around the first difference: `0.2 -> 0.3`. A difference that is hard to see is named. */
export function valueChange(before: unknown, after: unknown, full: boolean, between = " -> "): string {
  const { one, other, note } = showDifference(textOf(before), textOf(after), full ? Infinity : mostShown);
  return printableLine(`${one}${between}${other}${note === null ? "" : `  (${note})`}`);
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? "not set" : JSON.stringify(value);
}
