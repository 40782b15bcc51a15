/** A cell of a CSV file, with its span in the file's text. */
export interface CsvCell {
  text: string;
  start: number;
  end: number;
}

/** The rows of a CSV file, including the header; `fault` is the point where it cannot be read further. Empty lines are not rows. */
export interface Csv {
  rows: CsvCell[][];
  fault: { start: number; message: string } | null;
}

const quoted = /"((?:[^"]|"")*)"/y;
const plain = /[^",\r\n]*/y;
const separator = /,|\r\n|\n|\r|$/y;

/**
 * Reads CSV according to RFC 4180: cells are separated by commas, and a cell with commas, quotes or line breaks is quoted, with inner quotes
 * doubled. Written here because no library reports the column at which a cell begins.
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
      const message = 'a cell that contains quotes must be quoted, with its quotes doubled: "the ""best"" one"';
      return { rows, fault: { start: cell.end, message } };
    }
    at = cell.end + end.length;
    if (end === "," && at < text.length) continue;
    // A comma at the very end is followed by an empty last cell.
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
