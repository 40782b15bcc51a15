import { ApiFailure } from "../errors.ts";
import type { Schema } from "../../../schema/schema.ts";

/** The refusal for a missing required parameter. */
export function missing(path: string): ApiFailure {
  return invalid(`Missing required parameter: '${path}'.`, path, "missing_required_parameter");
}

/** The refusal for an unknown parameter. */
export function unknown(path: string): ApiFailure {
  return invalid(`Unknown parameter: '${path}'.`, path, "unknown_parameter");
}

/** The refusal for a value of the wrong type; `path` is empty for the body itself. */
export function wrongType(path: string, schema: Schema, value: unknown): ApiFailure {
  const at = path === "" ? "Invalid type for the request body" : `Invalid type for '${path}'`;
  const message = `${at}: expected ${describeExpected(schema)}, but got ${describeGot(value)} instead.`;
  return invalid(message, path === "" ? null : path, "invalid_type");
}

/** The refusal for a text that is not one of the supported values. */
export function unsupported(path: string, value: string, values: readonly unknown[]): ApiFailure {
  return invalid(`Invalid value: '${value}'. Supported values are: ${listed(values, "and")}.`, path, "invalid_value");
}

/** The refusal for a text that does not match its pattern. */
export function mismatch(path: string, pattern: string): ApiFailure {
  return invalid(
    `Invalid '${path}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`,
    path,
    "invalid_value",
  );
}

/** The refusal for a number outside of its bounds. */
export function outside(
  path: string,
  what: "integer" | "decimal",
  value: number,
  bound: { minimum: number } | { maximum: number },
): ApiFailure {
  const [how, comparison, limit, code] =
    "minimum" in bound
      ? ["below minimum value", ">=", bound.minimum, "below_min_value"]
      : ["above maximum value", "<=", bound.maximum, "above_max_value"];
  return invalid(
    `Invalid '${path}': ${what} ${how}. Expected a value ${comparison} ${limit}, but got ${value} instead.`,
    path,
    `${what}_${code}`,
  );
}

/** The refusal for a text or list that is too long. */
export function tooLong(
  path: string,
  what: "string" | "array",
  { length }: { length: number },
  limit: number,
): ApiFailure {
  const expected = `Expected ${articled(what)} with maximum length ${limit}`;
  return invalid(
    `Invalid '${path}': ${what} too long. ${expected}, but got ${articled(what)} with length ${length} instead.`,
    path,
    `${what}_above_max_length`,
  );
}

/** The refusal for an empty text or list. */
export function tooFew(path: string, what: "string" | "array" | "object", limit: number): ApiFailure {
  const expected = `Expected ${articled(what)} with minimum length ${limit}`;
  return invalid(
    `Invalid '${path}': empty ${what}. ${expected}, but got an empty ${what} instead.`,
    path,
    `empty_${what}`,
  );
}

/** The refusal for a repeated item of a list. */
export function repeated(path: string): ApiFailure {
  return invalid(`Invalid '${path}': array items must be unique.`, path, "invalid_value");
}

/** The refusal for an object with too many properties. */
export function tooManyProperties(path: string, limit: number, count: number): ApiFailure {
  return invalid(
    `Invalid '${path}': too many properties. Expected an object with at most ${limit} properties, but got an object with ${count} properties instead.`,
    path,
    "object_above_max_properties",
  );
}

/** The refusal for a property name that is too long. */
export function invalidName(path: string, name: string, limit: number): ApiFailure {
  const shown = name.length > 9 ? `${name.slice(0, 3)}...${name.slice(-3)}` : name;
  return invalid(
    `Invalid property name in '${path}': '${shown}' is too long. Expected a string with maximum length ${limit}, but got a string with length ${name.length} instead.`,
    `${path}.${name}`,
    "property_name_above_max_length",
  );
}

function articled(what: "string" | "array" | "object"): string {
  return what !== "string" ? `an ${what}` : "a string";
}

function invalid(message: string, param: string | null, code: string): ApiFailure {
  return new ApiFailure(400, message, { param, code });
}

const nouns: Record<string, string> = {
  string: "a string",
  integer: "an integer",
  number: "a decimal",
  boolean: "a boolean",
  object: "an object",
};

/** `expected a string`, `expected one of a string or array of objects`: null is never mentioned. */
function describeExpected(schema: Schema): string {
  if (schema.anyOf) {
    const options = schema.anyOf.filter(({ type }) => type !== "null").map((branch) => describeExpected(branch));
    const [first = "", ...others] = [...new Set(options)];
    return others.length === 0 ? first : `one of ${[first, ...others.map(withoutArticle)].join(" or ")}`;
  }
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return values.length === 1 ? `'${String(values[0])}'` : `one of ${listed(values, "or")}`;
  if (schema.type === "array") return schema.items ? `an array of ${plural(schema.items)}` : "an array";
  return nouns[schema.type ?? "object"] ?? "an object";
}

/** The type of a JSON value in words: `a string`, `an integer`, `a decimal number`, `null`. */
function describeGot(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal number";
  return nouns[typeof value] ?? "an object";
}

/** `'a' and 'b'`; for three or more, `'a', 'b', and 'c'`. */
function listed(values: readonly unknown[], word: "and" | "or"): string {
  const quoted = values.map((value) => `'${String(value)}'`);
  if (quoted.length < 3) return quoted.join(` ${word} `);
  return `${quoted.slice(0, -1).join(", ")}, ${word} ${quoted.at(-1)}`;
}

function plural(schema: Schema): string {
  return `${schema.type === undefined ? "object" : schema.type}s`;
}

function withoutArticle(phrase: string): string {
  return phrase.replace(/^an? /, "");
}
