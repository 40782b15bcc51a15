import { displayWidth } from "./kit/display-width.ts";

/** A source line as a terminal shows it, and where the carets go below it, in columns. */
export interface ShownLine {
  text: string;
  /** Columns before the first caret. */
  indent: number;
  carets: number;
}

interface Cell {
  text: string;
  width: number;
  isMarked: boolean;
}

const maxWidth = 110;
/** Columns shown before the carets when a long line is cut. */
const contextWidth = 40;
const ellipsis: Cell = { text: "…", width: 1, isMarked: false };

/**
 * Fits a line to a terminal: tabs become four spaces, control characters a replacement sign, and of a line that is too long the
 * part around the mark is shown. `column` counts from 1 and `length` is in characters, as in a `Place`.
 */
export function showLine(line: string, column: number, length: number): ShownLine {
  const cells = cut(cellsOf(line, column - 1, column - 1 + length));
  const first = cells.findIndex(({ isMarked }) => isMarked);
  const before = first === -1 ? cells : cells.slice(0, first);
  return {
    text: cells
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
    indent: widthOf(before),
    carets: Math.max(1, widthOf(cells.filter(({ isMarked }) => isMarked))),
  };
}

function cellsOf(line: string, start: number, end: number): Cell[] {
  const cells: Cell[] = [];
  let offset = 0;
  for (const character of line) {
    const text = shown(character);
    cells.push({ text, width: displayWidth(text), isMarked: offset >= start && offset < end });
    offset += character.length;
  }
  return cells;
}

function shown(character: string): string {
  if (character === "\t") return "    ";
  return /\p{Cc}/u.test(character) ? "\ufffd" : character;
}

function cut(cells: Cell[]): Cell[] {
  if (widthOf(cells) <= maxWidth) return cells;
  const marked = cells.findIndex(({ isMarked }) => isMarked);
  const anchor = marked === -1 ? cells.length : marked;
  const start = startOf(cells, anchor);
  const end = endOf(cells, start);
  return [...(start > 0 ? [ellipsis] : []), ...cells.slice(start, end), ...(end < cells.length ? [ellipsis] : [])];
}

function startOf(cells: Cell[], anchor: number): number {
  let start = anchor;
  for (let width = 0; start > 0 && width < contextWidth; start -= 1) width += cells[start - 1]?.width ?? 0;
  return start;
}

function endOf(cells: Cell[], start: number): number {
  let end = start;
  for (let width = 0; end < cells.length && width < maxWidth; end += 1) width += cells[end]?.width ?? 0;
  return end;
}

const widthOf = (cells: Cell[]): number => cells.reduce((sum, { width }) => sum + width, 0);
