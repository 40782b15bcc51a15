import { problem } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { ProjectFiles } from "./files.ts";
import { toProblem } from "./finding.ts";
import { stemOf } from "./folders.ts";
import type { Declared, Path } from "./project.ts";
import { checkSchema } from "./schema-check.ts";
import type { Schema } from "../schema/schema.ts";
import type { Substituted } from "./settings.ts";
import { parseYaml } from "./yaml.ts";
import { isObject } from "../kit/json.ts";

/** What a file is to be read as. */
export interface FileKind {
  /** The first part of its address. */
  kind: "assistant" | "tool" | "vector_store" | "scenario" | "recording" | "playbill";
  schema: Schema;
  /** Changes the value before it is checked. */
  prepare?: (value: unknown) => Substituted;
}

/**
 * A file that was read; `declared` is `null` when it does not fit its schema, and the problems say why. `rest` is then what is left of it
 * without the values that do not fit, so that the rules can still look at it; `null` when that does not fit either.
 */
export interface ReadFile<T> {
  declared: Declared<T> | null;
  rest: Declared<T> | null;
  problems: Problem[];
}

/** Reads one YAML file and checks it against the schema of its kind; `T` must be the type of that schema. */
export function readDeclared<T>(files: ProjectFiles, file: string, { kind, schema, prepare }: FileKind): ReadFile<T> {
  const read = files.read(file);
  if (read.kind === "refused") {
    const { code, message, hint } = read;
    return {
      declared: null,
      rest: null,
      problems: [problem(code, message, hint === undefined ? {} : { hint })],
    };
  }
  const { value: written, problems, place } = parseYaml(file, read.text);
  if (written === undefined) return { declared: null, rest: null, problems };
  if (written === null) return { declared: null, rest: null, problems: [emptyFile(place([]))] };
  const { value, findings } = prepare?.(written) ?? { value: written, findings: [] };
  const all = [...findings, ...checkSchema(schema, value)];
  // The schema has been held against the value, and T is the schema's static type.
  const declare = (fitting: unknown): Declared<T> => {
    const name = nameOf(fitting, kind, file);
    return { address: `${kind}.${name}`, name, file, value: fitting as T, place };
  };
  if (all.length === 0) return { declared: declare(value), rest: null, problems: [] };
  const left = without(
    value,
    all.map(({ path }) => path),
  );
  const rest = checkSchema(schema, left).length === 0 ? declare(left) : null;
  return { declared: null, rest, problems: all.map((finding) => toProblem({ place }, finding)) };
}

/** A copy without what stands at these paths; instead of an entry of a list, the whole list, so that no place moves. */
function without(value: unknown, paths: readonly Path[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const keys = path.slice(0, path.findLastIndex((part) => typeof part === "string") + 1);
    const holder = keys.slice(0, -1).reduce<unknown>(entryOf, copy);
    const last = keys.at(-1);
    if (isObject(holder) && last !== undefined) delete holder[last];
  }
  return copy;
}

function entryOf(holder: unknown, part: string | number): unknown {
  if (typeof part === "number") return Array.isArray(holder) ? holder[part] : undefined;
  return isObject(holder) ? holder[part] : undefined;
}

/** A scenario may say its own id; everything else is called by its file. */
function nameOf(value: unknown, kind: FileKind["kind"], file: string): string {
  const hasId = kind === "scenario" && isObject(value) && typeof value["id"] === "string";
  return hasId ? String(value["id"]) : stemOf(file);
}

const emptyFile = (place: Problem["place"]): Problem =>
  problem("empty_file", "the file says nothing", place === undefined ? {} : { place });
