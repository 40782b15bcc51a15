import type { ApiFailure } from "../errors.ts";
import {
  invalidName,
  missing,
  mismatch,
  outside,
  tooFew,
  tooLong,
  tooManyProperties,
  unknown,
  unsupported,
  wrongType,
} from "./explain.ts";
import { hasType, isOfType, type JsonSchema } from "./words.ts";

/**
 * What the API would answer for the first thing in which a value differs from a schema; `null` when it fits. `path` is where the value stands.
 * Interprets the schema: compiling it would take longer than all requests of a usual process.
 */
export function faultIn(schema: JsonSchema, value: unknown, path: string): ApiFailure | null {
  if (schema.anyOf) return faultInUnion(schema, schema.anyOf, value, path);
  if (schema.type !== undefined && !hasType(schema.type, value)) return wrongType(path, schema, value);
  if (typeof value === "string") return faultInString(schema, value, path);
  if (typeof value === "number") return faultInNumber(schema, value, path);
  if (Array.isArray(value)) return faultInArray(schema, value, path);
  return typeof value === "object" && value !== null ? faultInObject(schema, value, path) : null;
}

/** What is wrong within the branch that the value was meant for, or that it fits none. */
function faultInUnion(schema: JsonSchema, branches: JsonSchema[], value: unknown, path: string): ApiFailure | null {
  const ofType = branches.filter((branch) => isOfType(branch, value));
  const tagged = ofType.filter((branch) => tagOf(branch) !== undefined);
  if (tagged.length > 1) return faultInTagged(tagged, value as Record<string, unknown>, path);
  const [only] = ofType;
  return only ? faultIn(only, value, path) : wrongType(path, schema, value);
}

/** The branches of a union tell themselves apart by their `type`. */
function faultInTagged(branches: JsonSchema[], value: Record<string, unknown>, path: string): ApiFailure | null {
  const tags = branches.map(tagOf);
  const tag = value["type"];
  const branch = branches[tags.indexOf(tag)];
  if (branch) return faultIn(branch, value, path);
  const place = join(path, "type");
  if (tag === undefined) return missing(place);
  return typeof tag === "string" ? unsupported(place, tag, tags) : wrongType(place, { enum: tags }, tag);
}

function tagOf({ properties }: JsonSchema): unknown {
  return properties?.["type"]?.const;
}

function faultInString(schema: JsonSchema, value: string, path: string): ApiFailure | null {
  const { maxLength = Infinity, minLength = 0, pattern } = schema;
  if (value.length > maxLength && Array.from(value).length > maxLength)
    return tooLong(path, "string", value, maxLength);
  if (value.length < minLength) return tooFew(path, "string", minLength);
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) return mismatch(path, pattern);
  const listed = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
  return listed === null || listed.includes(value) ? null : unsupported(path, value, listed);
}

function faultInNumber({ type, minimum, maximum }: JsonSchema, value: number, path: string): ApiFailure | null {
  const what = type === "integer" ? "integer" : "decimal";
  if (maximum !== undefined && value > maximum) return outside(path, what, value, { maximum });
  return minimum !== undefined && value < minimum ? outside(path, what, value, { minimum }) : null;
}

function faultInArray(schema: JsonSchema, value: unknown[], path: string): ApiFailure | null {
  const { maxItems = Infinity, minItems = 0, items } = schema;
  if (value.length > maxItems) return tooLong(path, "array", value, maxItems);
  if (value.length < minItems) return tooFew(path, "array", minItems);
  return items ? firstOf(value.entries(), ([index, item]) => faultIn(items, item, `${path}[${index}]`)) : null;
}

function faultInObject(schema: JsonSchema, value: object, path: string): ApiFailure | null {
  const { properties = {}, required = [], additionalProperties: others = true, propertyNames: names } = schema;
  const entries = Object.entries(value);
  if (entries.length > (schema.maxProperties ?? Infinity))
    return tooManyProperties(path, schema.maxProperties, entries.length);
  const absent = required.find((key) => !Object.hasOwn(value, key));
  if (absent !== undefined) return missing(join(path, absent));
  const longest = names?.maxLength ?? Infinity;
  const longName = entries.find(([key]) => Array.from(key).length > longest);
  if (longName) return invalidName(path, longName[0], longest);
  const isKnown = (key: string): boolean => Object.hasOwn(properties, key);
  const stranger = others === false && entries.find(([key]) => !isKnown(key));
  if (stranger) return unknown(join(path, stranger[0]));
  return firstOf(entries, ([key, each]) => {
    const expected = isKnown(key) ? properties[key] : others;
    return typeof expected === "object" ? faultIn(expected, each, join(path, key)) : null;
  });
}

function firstOf<T>(items: Iterable<T>, fault: (item: T) => ApiFailure | null): ApiFailure | null {
  for (const item of items) {
    const found = fault(item);
    if (found) return found;
  }
  return null;
}

/** `messages[0].role`, as the API writes places. */
function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
