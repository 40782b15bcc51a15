/** A cell of a CSV file, and the span of the file's text in which it is. */
export interface CsvCell {
  text: string;
  start: number;
  end: number;
}

/** The rows of a CSV file, the header included; `fault` is where it cannot be read any further. Lines without anything in them are not rows. */
export interface Csv {
  rows: CsvCell[][];
  fault: { start: number; message: string } | null;
}

const quoted = /"((?:[^"]|"")*)"/y;
const plain = /[^",\r\n]*/y;
const separator = /,|\r\n|\n|\r|$/y;

/**
 * Reads CSV as RFC 4180 has it: cells are separated by commas, and one with commas, quotes or line ends is in quotes, which are doubled inside.
 * Written here, because no library tells in which column of its line a cell begins.
 */
export function parseCsv(text: string): Csv {
  const rows: CsvCell[][] = [];
  let row: CsvCell[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = cellAt(text, at);
    if (cell === null) return { rows, fault: { start: at, message: "this quote is never closed" } };
    row.push(cell);
    separator.lastIndex = cell.end;
    const [end] = separator.exec(text) ?? [];
    if (end === undefined) {
      const message = 'a cell with quotes stands in quotes, and has them doubled: "the ""best"" one"';
      return { rows, fault: { start: cell.end, message } };
    }
    at = cell.end + end.length;
    if (end === "," && at < text.length) continue;
    // A comma at the very end is followed by a last, empty cell.
    if (end === ",") row.push({ text: "", start: at, end: at });
    if (row.length > 1 || cell.end > cell.start) rows.push(row);
    row = [];
  }
  return { rows, fault: null };
}

function cellAt(text: string, start: number): CsvCell | null {
  if (text[start] !== '"') {
    plain.lastIndex = start;
    const [found = ""] = plain.exec(text) ?? [];
    return { text: found, start, end: start + found.length };
  }
  quoted.lastIndex = start;
  const match = quoted.exec(text);
  if (match === null) return null;
  const [all, inside = ""] = match;
  return { text: inside.replaceAll('""', '"'), start, end: start + all.length };
}
