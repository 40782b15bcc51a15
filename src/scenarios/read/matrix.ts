import { isDeepStrictEqual } from "node:util";
import { printableLine } from "../../kit/terminal-text.ts";
import type { WrittenAxes } from "../../project/schemas/scenario/matrix.ts";

type Values = Record<string, unknown>;

/** One cell of a matrix: a value of every axis, and the values that `include` adds. */
export interface Cell {
  axes: Values;
  extras: Values;
}

/**
 * The product of the axes, without the combinations in `exclude`. An entry of `include` whose axis values match cells adds its other values
 * to them; an entry that matches no cell becomes a separate cell.
 */
export function cellsOf(matrix: WrittenAxes): Cell[] {
  const names = Object.keys(matrix.axes);
  const kept = productOf(matrix.axes).filter(
    (axes) => !(matrix.exclude ?? []).some((pattern) => isPartOf(pattern, axes)),
  );
  return (matrix.include ?? []).reduce<Cell[]>(
    (cells, entry) => include(cells, entry, names),
    kept.map((axes) => ({ axes, extras: {} })),
  );
}

/** `refund[locale=de,tone=calm]`, or the id alone when there is no matrix. */
export function cellId(id: string, { axes }: Cell): string {
  const names = Object.entries(axes).map(([name, value]) => `${name}=${label(value)}`);
  return names.length === 0 ? id : `${id}[${names.join(",")}]`;
}

function include(cells: Cell[], entry: Values, names: string[]): Cell[] {
  const axes = pick(entry, (name) => names.includes(name));
  const extras = pick(entry, (name) => !names.includes(name));
  if (!cells.some((cell) => isPartOf(axes, cell.axes))) return [...cells, { axes, extras }];
  return cells.map((cell) =>
    isPartOf(axes, cell.axes) ? { axes: cell.axes, extras: Object.assign({}, cell.extras, extras) } : cell,
  );
}

function productOf(axes: Record<string, unknown[]>): Values[] {
  return Object.entries(axes).reduce<Values[]>(
    (cells, [name, values]) =>
      cells.flatMap((cell) => values.map((value) => Object.assign({}, cell, { [name]: value }))),
    [{}],
  );
}

function isPartOf(part: Values, whole: Values): boolean {
  return Object.entries(part).every(([name, value]) => name in whole && isDeepStrictEqual(value, whole[name]));
}

function pick(values: Values, keep: (name: string) => boolean): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => keep(name)));
}

/** The label of a value, without control characters, because an id is printed and typed after `--id`. */
function label(value: unknown): string {
  return typeof value === "string" ? printableLine(value) : JSON.stringify(value);
}
