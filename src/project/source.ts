import type { Place } from "../problem.ts";

/** Returns the place of a span of a file's text; offsets are in UTF-16 units, as in JavaScript strings. */
export type Locator = (start: number, end: number) => Place;

/** Builds the locator of one file. A span that crosses lines is cut at the end of its first line. */
export function locatorOf(file: string, text: string): Locator {
  const starts = lineStarts(text);
  return (start, end) => {
    const line = lastAtOrBefore(starts, start);
    const lineStart = starts[line] ?? 0;
    const next = starts[line + 1];
    const lineText = text.slice(lineStart, next === undefined ? undefined : next - 1).replace(/\r$/, "");
    const column = Math.min(start - lineStart, lineText.length);
    const length = Math.max(1, Math.min(end - lineStart, lineText.length) - column);
    return { file, line: line + 1, column: column + 1, length, text: lineText };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lastAtOrBefore(starts: number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
