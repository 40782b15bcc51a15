import type { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject, Options, ValidateFunction } from "ajv";
import { canonicalJson, isObject, type JsonPath } from "../kit/json.ts";
import { createCompiler } from "./compiler.ts";
import { metaSchema } from "./meta-schema.ts";
import { parsePattern, patternFault } from "./pattern.ts";
import { hasType } from "./schema.ts";
import { subschemas } from "./subschemas.ts";
import { violations, type Reporter } from "./walk.ts";

/** The result of checking a value against a user's JSON Schema. */
export type SchemaOutcome =
  | { kind: "fits" }
  | { kind: "differs"; errors: readonly Pick<ErrorObject, "instancePath" | "message" | "params">[] }
  /** The schema is invalid, or takes too long. */
  | { kind: "broken"; message: string };

/**
 * Checks a value against a JSON Schema, draft 2020-12, for all commands and the server. It always terminates: patterns run in linear time, and
 * references are followed at most a million times. A pattern that RE2 cannot run always matches; `validate` reports it.
 */
export function checkAgainstSchema(schema: unknown, value: unknown): SchemaOutcome {
  if (schema === true) return { kind: "fits" };
  if (!isObject(schema))
    return { kind: "differs", errors: [{ instancePath: "", message: "boolean schema is false", params: {} }] };
  const compiled = compile(schema);
  return compiled.kind === "broken" ? compiled : compiled.check(value);
}

/** The fault of a JSON Schema, or `null`. */
export function schemaFaults(schema: unknown): string | null {
  if (typeof schema === "boolean") return null;
  if (!isObject(schema)) return "is not a JSON Schema";
  const result = compile(schema);
  return result.kind === "broken" ? result.message : null;
}

/** The violations of a JSON Schema by a value, one sentence each; an invalid schema is the only violation. */
export function schemaViolations(schema: unknown, value: unknown): string[] {
  if (schema === false) return ["no value matches the schema"];
  const outcome = checkAgainstSchema(schema, value);
  if (outcome.kind === "fits") return [];
  if (outcome.kind === "broken") return [outcome.message];
  return outcome.errors.map(({ instancePath, message, params }) => {
    const extra = "additionalProperty" in params ? ` (${String(params["additionalProperty"])})` : "";
    return `${instancePath === "" ? "the value" : instancePath.slice(1)} ${message ?? "is invalid"}${extra}`;
  });
}

type Compiled = { kind: "sound"; check: (value: unknown) => SchemaOutcome } | { kind: "broken"; message: string };

const compiled = new WeakMap<object, Compiled>();
/** Compiled schemas by text, because the same schema recurs as different objects: in each request and in similar files. */
const compiledTexts = new Map<string, Compiled>();
const mostTexts = 500;
/** A longer one is rare, and its text would be kept. */
const longestText = 20_000;

function compile(schema: Record<string, unknown>): Compiled {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const text = textOf(schema);
  const result = compiledTexts.get(text) ?? compileNew(schema);
  compiled.set(schema, result);
  if (text.length > longestText || text === "") return result;
  compiledTexts.delete(text);
  compiledTexts.set(text, result);
  const [oldest] = compiledTexts.keys();
  if (compiledTexts.size > mostTexts && oldest !== undefined) compiledTexts.delete(oldest);
  return result;
}

/** The text of a schema; empty when it is nested too deep, which compiling reports. */
function textOf(schema: Record<string, unknown>): string {
  try {
    return JSON.stringify(schema);
  } catch {
    return "";
  }
}

const mostReferences = 1_000_000;

/** Thrown inside a validation that follows references without end. */
class TooManyReferences extends Error {}

function compileNew(schema: Record<string, unknown>): Compiled {
  const [place] = violations(metaSchema, schema, places, { most: 1 });
  if (place !== undefined) return { kind: "broken", message: `schema is invalid: ${place}` };
  const budget = { left: 0 };
  const ajv = createCompiler(options);
  ajv.addFormat("regex", (text) => patternFault(text)?.isUnsupported !== false);
  replaceUniqueItems(ajv);
  ajv.addKeyword({
    keyword: stepKeyword,
    validate: () => {
      budget.left -= 1;
      if (budget.left < 0) throw new TooManyReferences();
      return true;
    },
  });
  try {
    const validate = ajv.compile(prepared(schema));
    return { kind: "sound", check: (value) => run(validate, value, budget) };
  } catch (error) {
    return { kind: "broken", message: error instanceof Error ? error.message : String(error) };
  }
}

const options: Options = {
  allErrors: true,
  strict: false,
  logger: false,
  // It was checked with the meta-schema of files, so that the two cannot differ.
  meta: false,
  validateSchema: false,
  code: {
    // The compiler distinguishes patterns by their text.
    regExp: Object.assign((pattern: string) => ({ test: testOf(pattern), toString: () => pattern }), { code: "" }),
  },
};

function testOf(pattern: string): (text: string) => boolean {
  return patternFault(pattern)?.isUnsupported === true ? () => true : parsePattern(pattern).test;
}

const place = (value: unknown, path: JsonPath): string => {
  const written = JSON.stringify(value);
  return `${["data", ...path].join("/")} cannot be ${written.length > 60 ? `${written.slice(0, 57)}...` : written}`;
};

/** Violations in the notation of JSON Schema engines. */
const places: Reporter<string> = {
  wrongType: (_, value, path) => place(value, path),
  unknownValue: (_, value, path) => place(value, path),
  tooMany: (_, count, _limit, path) => place(count, path),
  tooFew: (_, _limit, path) => place([], path),
  mismatch: (_, _pattern, value, path) => place(value, path),
  outOfRange: (_, value, path) => place(value, path),
  repeated: place,
  missingKey: (key, path) => place("absent", [...path, key]),
  unknownKey: (_, key, value, path) => place(value[key], [...path, key]),
  longKey: (key, _, path) => place(key, path),
  union: (_, branches, value, path) => {
    const meant = branches.filter(({ schema }) => schema.type === undefined || hasType(value, schema.type));
    const [only] = meant.length === 1 ? meant : [];
    if (only) return only.check();
    return meant.some(({ check }) => [...check()].length === 0) ? [] : [place(value, path)];
  },
};

const stepKeyword = "playbillStep";

/** A copy that counts its references and names no draft: it is always read as 2020-12. */
function prepared(schema: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(schema);
  if (typeof copy["$schema"] === "string") delete copy["$schema"];
  for (const { schema: each } of subschemas(copy)) {
    if ("$ref" in each || "$dynamicRef" in each) each[stepKeyword] = true;
    // OpenAPI's keyword; the engine accepts it only beside a type, and throws otherwise.
    if (each["nullable"] !== true || !("type" in each)) delete each["nullable"];
  }
  return copy;
}

/** Replaces the engine's own keyword, which compares every pair of items. */
function replaceUniqueItems(ajv: Ajv2020): void {
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: (isAsked: boolean, items: unknown[]) =>
      !isAsked || new Set(items.map(canonicalJson)).size === items.length,
    error: { message: "must NOT have duplicate items" },
  });
}

function run(validate: ValidateFunction, value: unknown, budget: { left: number }): SchemaOutcome {
  budget.left = mostReferences;
  try {
    return validate(value) ? { kind: "fits" } : { kind: "differs", errors: validate.errors ?? [] };
  } catch (error) {
    if (error instanceof TooManyReferences)
      return { kind: "broken", message: `the schema follows its references more than ${mostReferences} times` };
    // The stack is full.
    if (error instanceof RangeError) return { kind: "broken", message: "the value or the schema is nested too deep" };
    throw error;
  }
}
