import { type Json, canonicalJson, compareText, toCanonical } from "../kit/json.ts";

/** Keywords whose value is data, not a schema. */
const dataKeywords = new Set(["const", "default", "enum", "example", "examples"]);
/** Keywords whose value is a map of names to schemas; the names are not keywords. */
const mapKeywords = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

/** A JSON Schema in canonical form: lists whose order has no meaning (`required`, `type`) are sorted. */
export function canonicalSchema(schema: unknown): Json {
  return toCanonical(withSortedSets(schema));
}

function withSortedSets(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withSortedSets);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, keyword(key, value)]));
}

function keyword(key: string, value: unknown): unknown {
  if (dataKeywords.has(key)) return value;
  if (key === "type") return Array.isArray(value) ? sortedSet(value) : value;
  // An empty list requires nothing, like a missing one.
  if (key === "required") return Array.isArray(value) ? (value.length > 0 ? sortedSet(value) : undefined) : value;
  if (key === "dependentRequired") return eachValue(value, (each) => (Array.isArray(each) ? sortedSet(each) : each));
  if (mapKeywords.has(key)) return eachValue(value, withSortedSets);
  return withSortedSets(value);
}

function eachValue(map: unknown, change: (value: unknown) => unknown): unknown {
  if (typeof map !== "object" || map === null || Array.isArray(map)) return map;
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

/** Each value once, in the order of their JSON texts. */
function sortedSet(values: readonly unknown[]): Json[] {
  const byText = new Map(values.map((value) => [canonicalJson(value), toCanonical(value)]));
  return [...byText].toSorted(([a], [b]) => compareText(a, b)).map(([, value]) => value);
}
