import { problem } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { ProjectFiles } from "./files.ts";
import { toProblem } from "./finding.ts";
import { stemOf } from "./folders.ts";
import type { Declared } from "./project.ts";
import { checkSchema } from "./schema-check.ts";
import { isRecord } from "./schema-words.ts";
import type { Schema } from "./schema-words.ts";
import type { Substituted } from "./settings.ts";
import { parseYaml } from "./yaml.ts";

/** What a file is to be read as. */
export interface FileKind {
  /** The first part of its address. */
  kind: "assistant" | "tool" | "vector_store" | "scenario" | "playbill";
  schema: Schema;
  /** Changes the value before it is checked. */
  prepare?: (value: unknown) => Substituted;
}

/** A file that was read; `declared` is `null` when it does not fit its schema, and the problems say why. */
export interface ReadFile<T> {
  declared: Declared<T> | null;
  problems: Problem[];
}

/** Reads one YAML file and checks it against the schema of its kind; `T` must be the type of that schema. */
export function readDeclared<T>(files: ProjectFiles, file: string, { kind, schema, prepare }: FileKind): ReadFile<T> {
  const read = files.read(file);
  if (read.kind === "refused") {
    const { code, message, hint } = read;
    return { declared: null, problems: [problem("input", code, message, hint === undefined ? {} : { hint })] };
  }
  const { value: written, problems, place } = parseYaml(file, read.text);
  if (written === undefined) return { declared: null, problems };
  if (written === null) return { declared: null, problems: [emptyFile(place([]))] };
  const { value, findings } = prepare?.(written) ?? { value: written, findings: [] };
  const all = [...findings, ...checkSchema(schema, value)];
  if (all.length > 0) return { declared: null, problems: all.map((finding) => toProblem({ place }, finding)) };
  const name = nameOf(value, kind, file);
  // The schema has just been held against the value, and T is the schema's static type.
  return { declared: { address: `${kind}.${name}`, name, file, value: value as T, place }, problems: [] };
}

/** A scenario may say its own id; everything else is called by its file. */
function nameOf(value: unknown, kind: FileKind["kind"], file: string): string {
  const hasId = kind === "scenario" && isRecord(value) && typeof value["id"] === "string";
  return hasId ? String(value["id"]) : stemOf(file);
}

const emptyFile = (place: Problem["place"]): Problem =>
  problem("input", "empty_file", "the file says nothing", place === undefined ? {} : { place });
