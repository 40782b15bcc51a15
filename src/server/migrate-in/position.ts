import { jsonFaultOf } from "../../kit/json-fault.ts";
import { type Place, type Problem, problem } from "../../problem.ts";
import type { Part } from "./split-json.ts";

/** A place in a file, counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** The column up to which a line is shown. */
const shown = 2_000;

/** The place of a position; `text` is the file's text from there on. */
export function placeOf(file: string, { line, column }: Position, text: string): Place {
  const rest = (text.split("\n", 1)[0] ?? "").slice(0, shown);
  if (column > shown) return { file, line, column: 1, length: 1, text: rest };
  return { file, line, column, length: 1, text: " ".repeat(column - 1) + rest };
}

/** The place of an object of an export. */
export function placeOfPart(file: string, { pieces, text }: Pick<Part, "pieces" | "text">): Place {
  return placeOf(file, pieces[0]?.position ?? { line: 1, column: 1 }, text);
}

/** The problem of an object that is not JSON, with the place of the fault. */
export function faultOfPart(file: string, part: Pick<Part, "pieces" | "text">, error: SyntaxError): Problem {
  const { why, at } = jsonFaultOf(part.text, error);
  const piece = part.pieces.findLast(({ offset }) => offset <= at) ?? { offset: 0, position: { line: 1, column: 1 } };
  const lines = part.text.slice(piece.offset, at).split("\n");
  const last = lines.at(-1) ?? "";
  const { line, column } = piece.position;
  const position =
    lines.length === 1
      ? { line, column: column + last.length }
      : { line: line + lines.length - 1, column: last.length + 1 };
  return problem("bad_json", `not JSON: ${why}`, { place: placeOf(file, position, part.text.slice(at)) });
}
