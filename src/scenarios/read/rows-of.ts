import { pathFrom } from "../../project/draft.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenRows } from "../../project/schemas/scenario/matrix.ts";
import { type Rows, parseRows } from "./rows.ts";

type Texts = ReadonlyMap<string, string>;

/** A cache of files of rows, because every rule needs them. */
const read = new WeakMap<WrittenRows, { text: string; rows: Rows }>();

/** The rows that the matrix of a scenario's file names; empty, without a problem, when the file could not be read. */
export function rowsOf(declared: Pick<Declared<unknown>, "file">, matrix: WrittenRows, texts: Texts): Rows {
  const file = pathFrom(declared, matrix.rows);
  const text = texts.get(file);
  if (text === undefined) return { columns: [], rows: [], problems: [] };
  const known = read.get(matrix);
  if (known?.text === text) return known.rows;
  const rows = parseRows(file, text, matrix.types ?? {});
  read.set(matrix, { text, rows });
  return rows;
}
