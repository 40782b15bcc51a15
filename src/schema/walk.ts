import { isObject, type JsonPath } from "../kit/json.ts";
import { hasType, type Schema } from "./schema.ts";

/** What a size is counted in: characters of a text, entries of a list, keys of an object. */
export type Sized = "string" | "array" | "object";

/** Puts into words what a value does against its schema. `R` is one such violation, in the words of whoever asked. */
export interface Reporter<R> {
  /** It is of another type than `schema.type`. */
  wrongType(schema: Schema, value: unknown, path: JsonPath): R;
  /** It is none of the values that are possible. */
  unknownValue(possible: readonly unknown[], value: unknown, path: JsonPath): R;
  tooMany(what: Sized, count: number, limit: number, path: JsonPath): R;
  tooFew(what: Sized, limit: number, path: JsonPath): R;
  mismatch(schema: Schema, pattern: string, value: string, path: JsonPath): R;
  outOfRange(schema: Schema, value: number, path: JsonPath): R;
  /** An item of a list that stood there before. */
  repeated(item: unknown, path: JsonPath): R;
  missingKey(key: string, path: JsonPath): R;
  unknownKey(schema: Schema, key: string, value: Record<string, unknown>, path: JsonPath): R;
  longKey(key: string, limit: number, path: JsonPath): R;
  /** What is wrong with a value that must fit one of several schemas. */
  union(schema: Schema, branches: readonly Branch<R>[], value: unknown, path: JsonPath): Iterable<R>;
}

/** One alternative of a union. */
export interface Branch<R> {
  schema: Schema;
  /** The violations of the value, or of another one in its place. */
  check: (candidate?: unknown) => Iterable<R>;
}

/**
 * Everything in which a value differs from a schema, in a fixed order and only as far as it is asked for. Interprets the schema: compiling
 * one takes longer than reading a whole project, or than all requests of a usual process.
 */
export function violations<R>(schema: Schema, value: unknown, reporter: Reporter<R>, path: JsonPath = []): Iterable<R> {
  return walk(schema, value, path, { root: schema, reporter });
}

interface Walk<R> {
  root: Schema;
  reporter: Reporter<R>;
}

function* walk<R>(schema: Schema, value: unknown, path: JsonPath, context: Walk<R>): Generator<R> {
  const { root, reporter } = context;
  if (schema.$ref !== undefined) return yield* walk(resolve(schema.$ref, root), value, path, context);
  if (schema.anyOf) {
    const branches = schema.anyOf.map((each) => ({
      schema: each,
      check: (candidate = value) => walk(each, candidate, path, context),
    }));
    return yield* reporter.union(schema, branches, value, path);
  }
  if (schema.type !== undefined && !hasType(value, schema.type)) return yield reporter.wrongType(schema, value, path);
  if ("const" in schema && schema.const !== value) return yield reporter.unknownValue([schema.const], value, path);
  if (schema.enum && !schema.enum.includes(value)) return yield reporter.unknownValue(schema.enum, value, path);
  if (Array.isArray(value)) return yield* walkList(schema, value, path, context);
  if (isObject(value)) return yield* walkObject(schema, value, path, context);
  const fault = ofText(schema, value, path, reporter) ?? ofNumber(schema, value, path, reporter);
  if (fault !== null) yield fault;
}

/** The schema that a `$ref` inside `root` leads to. */
function resolve(reference: string, root: Schema): Schema {
  if (reference === "#") return root;
  const found = root.$defs?.[reference.replace("#/$defs/", "")];
  if (!found) throw new Error(`no such schema: ${reference}`);
  return found;
}

function ofText<R>(schema: Schema, value: unknown, path: JsonPath, reporter: Reporter<R>): R | null {
  if (typeof value !== "string") return null;
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  // A text has at least half as many characters as it has UTF-16 units.
  const needsCount = value.length > maxLength || value.length < minLength * 2;
  const length = needsCount ? Array.from(value).length : value.length;
  if (length > maxLength) return reporter.tooMany("string", length, maxLength, path);
  if (length < minLength) return reporter.tooFew("string", minLength, path);
  return pattern === undefined || matches(pattern, value) ? null : reporter.mismatch(schema, pattern, value, path);
}

function ofNumber<R>(schema: Schema, value: unknown, path: JsonPath, reporter: Reporter<R>): R | null {
  if (typeof value !== "number") return null;
  const { minimum = -Infinity, maximum = Infinity } = schema;
  return value < minimum || value > maximum ? reporter.outOfRange(schema, value, path) : null;
}

/** The patterns of our schemas, which are few and asked of every key. */
const patterns = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  const compiled = patterns.get(pattern) ?? new RegExp(pattern, "u");
  patterns.set(pattern, compiled);
  return compiled.test(text);
}

function* walkList<R>(schema: Schema, value: unknown[], path: JsonPath, context: Walk<R>): Generator<R> {
  const { items, minItems = 0, maxItems = Infinity } = schema;
  const { reporter } = context;
  if (value.length > maxItems) yield reporter.tooMany("array", value.length, maxItems, path);
  if (value.length < minItems) yield reporter.tooFew("array", minItems, path);
  if (schema.uniqueItems) {
    const texts = value.map((each) => JSON.stringify(each));
    for (const [index, text] of texts.entries())
      if (texts.indexOf(text) < index) yield reporter.repeated(value[index], [...path, index]);
  }
  if (items) for (const [index, each] of value.entries()) yield* walk(items, each, [...path, index], context);
}

function* walkObject<R>(
  schema: Schema,
  value: Record<string, unknown>,
  path: JsonPath,
  context: Walk<R>,
): Generator<R> {
  const { reporter } = context;
  const { required = [], minProperties = 0, maxProperties = Infinity, propertyNames } = schema;
  const keys = Object.keys(value);
  if (keys.length > maxProperties) yield reporter.tooMany("object", keys.length, maxProperties, path);
  for (const key of required) if (!Object.hasOwn(value, key)) yield reporter.missingKey(key, path);
  if (keys.length < minProperties) yield reporter.tooFew("object", minProperties, path);
  const longest = propertyNames?.maxLength ?? Infinity;
  for (const key of keys)
    if (key.length > longest && Array.from(key).length > longest) yield reporter.longKey(key, longest, path);
  const expected = keys.map((key) => [key, schemasOf(schema, key)] as const);
  for (const [key, found] of expected) if (found.length === 0) yield reporter.unknownKey(schema, key, value, path);
  for (const [key, found] of expected)
    for (const each of found) if (each !== true) yield* walk(each, value[key], [...path, key], context);
}

/** What a key's value must satisfy; `true` stands for anything, and nothing at all means that the key is unknown. */
function schemasOf({ properties, patternProperties, additionalProperties: rest = true }: Schema, key: string) {
  const found: (Schema | true)[] = properties && Object.hasOwn(properties, key) ? [properties[key] ?? {}] : [];
  for (const pattern in patternProperties) if (matches(pattern, key)) found.push(patternProperties[pattern] ?? {});
  return found.length > 0 || rest === false ? found : [rest];
}
