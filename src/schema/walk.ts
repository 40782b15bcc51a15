import { isObject, type JsonPath } from "../kit/json.ts";
import { hasType, type Schema } from "./schema.ts";

/** What has a size: a text (characters), a list (entries), an object (keys). */
export type Sized = "string" | "array" | "object";

/** Describes the violations of a schema by a value. `R` is the caller's type of a violation. */
export interface Reporter<R> {
  /** Its type is not `schema.type`. */
  wrongType(schema: Schema, value: unknown, path: JsonPath): R;
  /** It is not one of the possible values. */
  unknownValue(possible: readonly unknown[], value: unknown, path: JsonPath): R;
  tooMany(what: Sized, count: number, limit: number, path: JsonPath): R;
  tooFew(what: Sized, limit: number, path: JsonPath): R;
  mismatch(schema: Schema, pattern: string, value: string, path: JsonPath): R;
  outOfRange(schema: Schema, value: number, path: JsonPath): R;
  /** A repeated item of a list. */
  repeated(item: unknown, path: JsonPath): R;
  missingKey(key: string, path: JsonPath): R;
  unknownKey(schema: Schema, key: string, value: Record<string, unknown>, path: JsonPath): R;
  longKey(key: string, limit: number, path: JsonPath): R;
  /** The violations of a value that must match one of several schemas. */
  union(schema: Schema, branches: readonly Branch<R>[], value: unknown, path: JsonPath): Iterable<R>;
}

/** One alternative of a union. */
export interface Branch<R> {
  schema: Schema;
  /** The violations of the value. */
  check: () => R[];
  /** True when the value, or `candidate` in its place, has no violations. */
  fits: (candidate?: unknown) => boolean;
}

/**
 * The first `most` violations of a schema by a value, in a fixed order. Interprets the schema: compiling one takes longer than
 * reading a complete project, or than all requests of a typical process.
 */
export function violations<R>(
  schema: Schema,
  value: unknown,
  reporter: Reporter<R>,
  { path = [], most = Infinity }: { path?: JsonPath; most?: number } = {},
): R[] {
  const begin = path.reduce<Trail | null>((before, key) => ({ before, key }), null);
  return found(schema, value, begin, { root: schema, reporter, most });
}

/** The path to a value from the root, the last step first; `null` is the root. Most values are valid, so their paths are not needed. */
interface Trail {
  before: Trail | null;
  key: string | number;
}

interface Walk<R> {
  root: Schema;
  /** `null` when it only matters whether there is a violation. */
  reporter: Reporter<R> | null;
  most: number;
}

function found<R>(schema: Schema, value: unknown, trail: Trail | null, context: Walk<R>): R[] {
  const all: R[] = [];
  walk(schema, value, trail, { ...context, all });
  return all;
}

interface Walking<R> extends Walk<R> {
  all: R[];
}

/** Reports a violation; returns false when there is no need to continue. */
function report<R>(
  { reporter, all, most }: Walking<R>,
  trail: Trail | null,
  make: (reporter: Reporter<R>, path: JsonPath) => R,
): boolean {
  if (reporter !== null) all.push(make(reporter, pathOf(trail)));
  return reporter !== null && all.length < most;
}

function pathOf(trail: Trail | null): JsonPath {
  const path: (string | number)[] = [];
  for (let step = trail; step !== null; step = step.before) path.push(step.key);
  return path.toReversed();
}

/** Reports all violations of a value; returns false as soon as there is no need to continue. */
function walk<R>(schema: Schema, value: unknown, trail: Trail | null, context: Walking<R>): boolean {
  if (schema.$ref !== undefined) return walk(resolve(schema.$ref, context.root), value, trail, context);
  if (schema.anyOf) return walkUnion(schema, schema.anyOf, value, trail, context);
  if (schema.type !== undefined && !hasType(value, schema.type))
    return report(context, trail, (to, path) => to.wrongType(schema, value, path));
  if ("const" in schema && schema.const !== value)
    return report(context, trail, (to, path) => to.unknownValue([schema.const], value, path));
  const { enum: possible } = schema;
  if (possible && !possible.includes(value))
    return report(context, trail, (to, path) => to.unknownValue(possible, value, path));
  if (typeof value === "string") return walkText(schema, value, trail, context);
  if (typeof value === "number") return walkNumber(schema, value, trail, context);
  if (Array.isArray(value)) return walkList(schema, value, trail, context);
  return isObject(value) ? walkObject(schema, value, trail, context) : true;
}

function walkUnion<R>(
  schema: Schema,
  alternatives: readonly Schema[],
  value: unknown,
  trail: Trail | null,
  context: Walking<R>,
): boolean {
  const fits = (each: Schema, candidate: unknown) =>
    walk(each, candidate, trail, { root: context.root, reporter: null, most: 1, all: [] });
  if (context.reporter === null) return alternatives.some((each) => fits(each, value));
  const branches = alternatives.map((each) => ({
    schema: each,
    check: () => found(each, value, trail, context),
    fits: (candidate = value) => fits(each, candidate),
  }));
  for (const each of context.reporter.union(schema, branches, value, pathOf(trail)))
    if (!report(context, trail, () => each)) return false;
  return true;
}

/** The schema that a `$ref` inside `root` refers to. */
function resolve(reference: string, root: Schema): Schema {
  if (reference === "#") return root;
  const found = root.$defs?.[reference.replace("#/$defs/", "")];
  if (!found) throw new Error(`no such schema: ${reference}`);
  return found;
}

function walkText<R>(schema: Schema, value: string, trail: Trail | null, context: Walking<R>): boolean {
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  // A text has at least half as many characters as it has UTF-16 units.
  const needsCount = value.length > maxLength || value.length < minLength * 2;
  const length = needsCount ? Array.from(value).length : value.length;
  if (length > maxLength) return report(context, trail, (to, path) => to.tooMany("string", length, maxLength, path));
  if (length < minLength) return report(context, trail, (to, path) => to.tooFew("string", minLength, path));
  if (pattern === undefined || matches(pattern, value)) return true;
  return report(context, trail, (to, path) => to.mismatch(schema, pattern, value, path));
}

function walkNumber<R>(schema: Schema, value: number, trail: Trail | null, context: Walking<R>): boolean {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (value >= minimum && value <= maximum) return true;
  return report(context, trail, (to, path) => to.outOfRange(schema, value, path));
}

/** The patterns of our schemas, which are few and tested for every key. */
const patterns = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  const compiled = patterns.get(pattern) ?? new RegExp(pattern, "u");
  patterns.set(pattern, compiled);
  return compiled.test(text);
}

function walkList<R>(schema: Schema, value: unknown[], trail: Trail | null, context: Walking<R>): boolean {
  const { items, minItems = 0, maxItems = Infinity } = schema;
  const { length } = value;
  if (length > maxItems && !report(context, trail, (to, path) => to.tooMany("array", length, maxItems, path)))
    return false;
  if (length < minItems && !report(context, trail, (to, path) => to.tooFew("array", minItems, path))) return false;
  if (schema.uniqueItems === true && !walkUnique(value, trail, context)) return false;
  return !items || value.every((each, key) => walk(items, each, { before: trail, key }, context));
}

function walkUnique<R>(value: unknown[], trail: Trail | null, context: Walking<R>): boolean {
  const texts = value.map((each) => JSON.stringify(each));
  return texts.every((text, key) => {
    if (texts.indexOf(text) === key) return true;
    return report(context, { before: trail, key }, (to, path) => to.repeated(value[key], path));
  });
}

function walkObject<R>(
  schema: Schema,
  value: Record<string, unknown>,
  trail: Trail | null,
  context: Walking<R>,
): boolean {
  const { required = [], minProperties = 0, maxProperties = Infinity, propertyNames } = schema;
  const keys = Object.keys(value);
  const { length } = keys;
  if (
    length > maxProperties &&
    !report(context, trail, (to, path) => to.tooMany("object", length, maxProperties, path))
  )
    return false;
  for (const key of required)
    if (!Object.hasOwn(value, key) && !report(context, trail, (to, path) => to.missingKey(key, path))) return false;
  if (length < minProperties && !report(context, trail, (to, path) => to.tooFew("object", minProperties, path)))
    return false;
  const longest = propertyNames?.maxLength ?? Infinity;
  for (const key of keys) {
    const isLong = key.length > longest && Array.from(key).length > longest;
    if (isLong && !report(context, trail, (to, path) => to.longKey(key, longest, path))) return false;
  }
  for (const key of keys)
    if (!isKnown(schema, key) && !report(context, trail, (to, path) => to.unknownKey(schema, key, value, path)))
      return false;
  return keys.every((key) => walkKey(schema, key, value[key], trail, context));
}

function isKnown({ properties, patternProperties, additionalProperties: rest = true }: Schema, key: string): boolean {
  if (rest !== false || (properties && Object.hasOwn(properties, key))) return true;
  for (const pattern in patternProperties) if (matches(pattern, key)) return true;
  return false;
}

/** Checks a key's value against the schemas of its name and of matching patterns, or else that of additional properties. */
function walkKey<R>(
  { properties, patternProperties, additionalProperties: rest }: Schema,
  key: string,
  value: unknown,
  before: Trail | null,
  context: Walking<R>,
): boolean {
  const trail = { before, key };
  const own = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
  let isNamed = own !== undefined;
  if (own !== undefined && !walk(own, value, trail, context)) return false;
  for (const pattern in patternProperties) {
    if (!matches(pattern, key)) continue;
    isNamed = true;
    if (!walk(patternProperties[pattern] ?? {}, value, trail, context)) return false;
  }
  return isNamed || typeof rest !== "object" || walk(rest, value, trail, context);
}
