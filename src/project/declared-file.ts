import { isObject } from "../kit/json.ts";
import { problem } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { Schema } from "../schema/schema.ts";
import { withoutExtensions } from "./extensions.ts";
import type { ProjectFiles } from "./files.ts";
import { stemOf } from "./files.ts";
import { type Defaults, type Merging, withDefaults } from "./defaults.ts";
import { toProblem } from "./finding.ts";
import { foreignForms } from "./foreign-forms.ts";
import type { Declared, Path } from "./project.ts";
import { checkSchema } from "./schema-check.ts";
import type { Substituted } from "./settings.ts";
import { parseYaml } from "./yaml.ts";

/** What a file is to be read as. */
export interface FileKind {
  /** The first part of its address. */
  kind: "assistant" | "tool" | "vector_store" | "scenario" | "recording" | "quarantine" | "playbill";
  schema: Schema;
  /** Changes the value before it is checked. */
  prepare?: (value: unknown) => Substituted;
  /** Values that files of this kind share, the nearest first; what a file says itself takes precedence. */
  defaults?: readonly Defaults[];
  /** What of them is merged with what a file says itself. */
  merging?: Merging;
  /** The names of the project's tools, for suggestions. */
  tools?: readonly string[];
}

/**
 * A file that was read; `declared` is `null` when it does not fit its schema, and the problems say why. `rest` is then what is left of it
 * without the values that do not fit, so that the rules can still look at it; `null` when that does not fit either.
 */
export interface ReadFile<T> {
  /** From the root. */
  file: string;
  address: string;
  declared: Declared<T> | null;
  rest: Declared<T> | null;
  problems: Problem[];
}

/** Reads one YAML file and checks it against the schema of its kind; `T` must be the type of that schema. */
export function readDeclared<T>(files: ProjectFiles, file: string, kind: FileKind): ReadFile<T> {
  const nothing = (problems: Problem[]): ReadFile<T> => ({
    file,
    address: `${kind.kind}.${stemOf(file)}`,
    declared: null,
    rest: null,
    problems,
  });
  const read = files.read(file);
  if (read.kind === "refused") {
    const { code, message, hint } = read;
    return nothing([problem(code, message, hint === undefined ? {} : { hint })]);
  }
  const { value: written, problems: ofYaml, place: ownPlace } = parseYaml(file, read.text);
  if (written === undefined) return nothing(ofYaml);
  if (written === null)
    return nothing([...ofYaml, problem("empty_file", "the file says nothing", { place: ownPlace([]) })]);
  const own = read.text.includes("x-") ? withoutExtensions(kind.schema, written) : written;
  const { value: merged, place, origin } = withDefaults(own, ownPlace, kind.defaults ?? [], kind.merging);
  const { value, findings } = kind.prepare?.(merged) ?? { value: merged, findings: [] };
  const foreign = foreignForms(kind, value);
  const differing = checkSchema(kind.schema, value).filter(
    ({ path }) => !foreign.some((each) => each.path.every((step, index) => path[index] === step)),
  );
  const all = [...findings, ...foreign, ...differing];
  // The schema has been held against the value, and T is the schema's static type.
  const declare = (fitting: unknown): Declared<T> => {
    const name = nameOf(fitting, kind.kind, file);
    return { address: `${kind.kind}.${name}`, name, file, value: fitting as T, place, origin };
  };
  if (all.length === 0) {
    const declared = declare(value);
    return { file, address: declared.address, declared, rest: null, problems: ofYaml };
  }
  const left = without(
    value,
    all.map(({ path }) => path),
  );
  const rest = checkSchema(kind.schema, left).length === 0 ? declare(left) : null;
  const problems = withoutConsequences(
    ofYaml,
    all.map((finding) => toProblem({ place }, finding)),
  );
  return { ...nothing(problems), address: declare(value).address, rest };
}

/** A list that was read as text is the error itself where its text does not fit: what is wrong with the text says less. */
function withoutConsequences(ofYaml: readonly Problem[], found: readonly Problem[]): Problem[] {
  const isSamePlace = (one: Problem, other: Problem) =>
    one.place?.line === other.place?.line && one.place?.column === other.place?.column;
  const causes = ofYaml.filter(
    (each) => each.code === "list_in_text" && found.some((other) => isSamePlace(each, other)),
  );
  return [
    ...ofYaml.map((each): Problem => (causes.includes(each) ? { ...each, severity: "error" } : each)),
    ...found.filter((each) => !causes.some((cause) => isSamePlace(cause, each))),
  ];
}

/** A copy without what is at these paths; instead of an entry of a list, the whole list, so that no place moves. */
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
