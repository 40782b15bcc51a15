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

/** How to read a file. */
export interface FileKind {
  /** The first part of its address. */
  kind: "assistant" | "tool" | "vector_store" | "scenario" | "recording" | "quarantine" | "playbill";
  schema: Schema;
  /** Changes the value before it is checked. */
  prepare?: (value: unknown) => Substituted;
  /** Shared values of files of this kind, nearest first; the file's own values take precedence. */
  defaults?: readonly Defaults[];
  /** Which of them are merged with the file's own values. */
  merging?: Merging;
  /** The names of the project's tools, for suggestions. */
  tools?: readonly string[];
}

/**
 * A file that was read; `declared` is `null` when it does not match its schema, which the problems explain. `rest` is then the file
 * without the wrong values, so that the rules can still check it; `null` when that does not match either.
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
    return nothing([...ofYaml, problem("empty_file", "the file is empty", { place: ownPlace([]) })]);
  const own = read.text.includes("x-") ? withoutExtensions(kind.schema, written) : written;
  const { value: merged, place, origin } = withDefaults(own, ownPlace, kind.defaults ?? [], kind.merging);
  const { value, findings } = kind.prepare?.(merged) ?? { value: merged, findings: [] };
  const foreign = foreignForms(kind, value);
  const differing = checkSchema(kind.schema, value).filter(
    ({ path }) => !foreign.some((each) => each.path.every((step, index) => path[index] === step)),
  );
  const all = [...findings, ...foreign, ...differing];
  // The value was checked against the schema, and T is the schema's static type.
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

/** Without schema faults of a text that is a wrongly indented list: the YAML warning explains the cause. */
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

/** A copy without the values at these paths; for an entry of a list, without the complete list, so that no position moves. */
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

/** The name of a file's declaration: a scenario may have its own id; everything else is named after its file. */
function nameOf(value: unknown, kind: FileKind["kind"], file: string): string {
  const hasId = kind === "scenario" && isObject(value) && typeof value["id"] === "string";
  return hasId ? String(value["id"]) : stemOf(file);
}
