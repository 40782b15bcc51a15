import { posix } from "node:path";
import { isObject } from "../../kit/json.ts";
import { didYouMean } from "../../kit/words.ts";
import { problem, type Place, type Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem-codes.ts";
import { parseJsonText } from "../../project/json-text.ts";
import type { WrittenRows } from "../../project/schemas/scenario/matrix.ts";
import { locatorOf, type Locator } from "../../project/source.ts";
import { parseYaml } from "../../project/yaml.ts";
import { hasType, typeOf } from "../../schema/schema.ts";
import { type CsvCell, parseCsv } from "./csv.ts";

/** A row of a file of rows, which is one scenario. */
export interface Row {
  /** The value of its `id` column, or else its number, from 1. */
  id: string;
  values: Readonly<Record<string, unknown>>;
}

/** The rows of a file, or its problems; with problems, there are no rows. */
export interface Rows {
  columns: readonly string[];
  rows: readonly Row[];
  problems: readonly Problem[];
}

type Types = NonNullable<WrittenRows["types"]>;

/** A cell and its place; `value` is `undefined` when its text is not of its column's type. */
interface Cell {
  written: string;
  value: unknown;
  place: () => Place;
}

interface Read {
  columns: string[];
  rows: ReadonlyMap<string, Cell>[];
  problems: Problem[];
}

/** The maximum number of rows. */
const mostRows = 10_000;

/** Reads a file of rows. A CSV cell is text unless `types` gives the type of its column; in YAML and JSON, values have their own types. */
export function parseRows(file: string, text: string, types: Types): Rows {
  const at = locatorOf(file, text);
  const refuse = (code: ProblemCode, message: string): Problem[] => [problem(code, message, { place: at(0, 1) })];
  if (text.trim() === "") return { columns: [], rows: [], problems: refuse("empty_file", "the file has no rows") };
  const { columns, rows, problems } = posix.extname(file) === ".csv" ? fromCsv(text, at, types) : fromList(file, text);
  const found = [...problems];
  if (problems.length === 0 && rows.length === 0) found.push(...refuse("too_few", "the file has no rows"));
  if (rows.length > mostRows)
    found.push(...refuse("too_many", `the file has ${rows.length} rows; at most ${mostRows} are allowed`));
  found.push(...rows.flatMap((row) => typeFaults(row, types)), ...idFaults(rows));
  if (found.length > 0) return { columns, rows: [], problems: found };
  return { columns, problems: [], rows: rows.map((row, index) => ({ id: idOf(row, index), values: valuesOf(row) })) };
}

function valuesOf(row: ReadonlyMap<string, Cell>): Record<string, unknown> {
  return Object.fromEntries([...row].map(([name, { value }]) => [name, value]));
}

/** The name of a row: its id as written, or else its number. */
function idOf(row: ReadonlyMap<string, Cell>, index: number): string {
  return row.get("id")?.written.trim() ?? String(index + 1);
}

function idFaults(rows: readonly ReadonlyMap<string, Cell>[]): Problem[] {
  const first = new Map<string, Cell>();
  return rows.flatMap((row, index): Problem[] => {
    const cell = row.get("id");
    if (cell === undefined) return [];
    const id = idOf(row, index);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) {
      const hint = "Use letters, digits, dots, hyphens and underscores, because results are keyed by it.";
      return [problem("bad_form", `"${id}" is not a valid id for a row`, { place: cell.place(), hint })];
    }
    const other = first.get(id.toLowerCase());
    if (other === undefined) {
      first.set(id.toLowerCase(), cell);
      return [];
    }
    const message = `the id "${id}" is already used in line ${other.place().line}`;
    return [problem("duplicate_name", message, { place: cell.place() })];
  });
}

function typeFaults(row: ReadonlyMap<string, Cell>, types: Types): Problem[] {
  return Object.entries(types).flatMap(([name, type]) => {
    const cell = row.get(name);
    // In YAML and JSON, null means that there is no value.
    if (cell === undefined || cell.value === null) return [];
    if (cell.value !== undefined && (type === "json" || hasType(cell.value, type))) return [];
    const found = cell.written === "" ? "empty" : JSON.stringify(cell.written);
    const is = cell.value === undefined ? found : describe(cell.value);
    return [problem("wrong_type", `"${name}" must be ${typeWords[type]}, not ${is}`, { place: cell.place() })];
  });
}

const typeWords: Record<Types[string], string> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  json: "JSON",
};

function describe(value: unknown): string {
  return typeof value === "object" ? `a ${typeOf(value) === "array" ? "list" : "mapping"}` : JSON.stringify(value);
}

const columnName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const nameHint = "Use letters, digits and underscores: expressions read it as ${{ matrix.name }}.";

function fromCsv(text: string, at: Locator, types: Types): Read {
  const placeOf = ({ start, end }: Pick<CsvCell, "start" | "end">) => at(start, Math.max(end, start + 1));
  const { rows: lines, fault } = parseCsv(text);
  const [header = [], ...rest] = lines;
  const columns = header.map((cell) => cell.text.trim());
  const ofHeader = header.flatMap((cell, index) => headerFaults(columns, index).map((each) => each(placeOf(cell))));
  const problems = [...ofHeader];
  for (const line of rest) {
    if (line.length === columns.length) continue;
    const message = `this row has ${line.length} ${line.length === 1 ? "cell" : "cells"}, but the header has ${columns.length}`;
    const place = placeOf({ start: line[0]?.start ?? 0, end: line.at(-1)?.end ?? 0 });
    const hint =
      line.length < columns.length
        ? "Write a comma even for an empty cell: a,,c."
        : "Quote a cell that contains a comma.";
    problems.push(problem("bad_csv", message, { place, hint }));
  }
  if (fault !== null) problems.push(problem("bad_csv", fault.message, { place: at(fault.start, fault.start + 1) }));
  const rows = rest.map((line) => {
    const cells = line.map((cell, index) => {
      const name = columns[index] ?? "";
      return [
        name,
        { written: cell.text, value: valueOf(cell.text, types[name]), place: () => placeOf(cell) },
      ] as const;
    });
    return new Map(cells);
  });
  return { columns: ofHeader.length === 0 ? columns : [], rows, problems };
}

function headerFaults(columns: readonly string[], index: number): ((place: Place) => Problem)[] {
  const name = columns[index] ?? "";
  if (columns.length === 1 && /[;\t]/.test(name)) {
    const hint = "Separate cells by commas, not by semicolons or tabs.";
    return [(place) => problem("bad_csv", "the header has only one column", { place, hint })];
  }
  if (!columnName.test(name))
    return [(place) => problem("bad_form", `"${name}" is not a valid name for a column`, { place, hint: nameHint })];
  if (columns.indexOf(name) === index) return [];
  return [(place) => problem("duplicate_key", `the column "${name}" occurs twice`, { place })];
}

/** The value of a CSV cell; `undefined` when its text is not of that type. */
function valueOf(text: string, type: Types[string] | undefined): unknown {
  if (type === undefined || type === "string") return text;
  try {
    const value = JSON.parse(text) as unknown;
    return type === "json" || (hasType(value, type) && isExact(value, text)) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** False for a number with too many digits, which would be read as a different number. */
function isExact(value: unknown, text: string): boolean {
  if (typeof value !== "number") return true;
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(text));
}

function fromList(file: string, text: string): Read {
  const isJson = posix.extname(file) === ".json";
  const { value, problems, place } = isJson ? parseJsonText(file, text) : parseYaml(file, text);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { columns: [], rows: [], problems: errors };
  if (!Array.isArray(value)) {
    const found = problem("wrong_type", "the file must be a list of rows", { place: place([]) });
    return { columns: [], rows: [], problems: [found] };
  }
  const list: unknown[] = value;
  const columns = isObject(list[0]) ? Object.keys(list[0]) : [];
  const faults = list.flatMap((row, index): Problem[] => {
    if (!isObject(row)) return [problem("wrong_type", `row ${index + 1} must be a mapping`, { place: place([index]) })];
    const missing = columns.filter((name) => !Object.hasOwn(row, name));
    return [
      ...missing.map((name) =>
        problem("missing_key", `row ${index + 1} has no "${name}", but the first row does`, {
          place: place([index], "key"),
          hint: "Every row must have the same keys; write null where there is no value.",
        }),
      ),
      ...Object.keys(row).flatMap((name) => {
        const at = place([index, name], "key");
        if (!columns.includes(name)) {
          const message = `row ${index + 1} has "${name}", but the first row does not`;
          return [problem("unknown_key", message, { place: at, ...didYouMean(name, missing) })];
        }
        if (index > 0 || columnName.test(name)) return [];
        return [problem("bad_form", `"${name}" is not a valid name for a column`, { place: at, hint: nameHint })];
      }),
    ];
  });
  const rows = list.map((row, index) => {
    const entries = Object.entries(isObject(row) ? row : {});
    return new Map(entries.map(([name, each]) => [name, cellOf(each, () => place([index, name]))]));
  });
  return { columns, rows, problems: faults };
}

function cellOf(value: unknown, place: () => Place): Cell {
  return { written: typeof value === "string" ? value : JSON.stringify(value), value, place };
}
