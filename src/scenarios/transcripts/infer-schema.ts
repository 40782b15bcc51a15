import { isObject, type JsonObject } from "../../kit/json.ts";

/** A JSON Schema to which all of these objects conform: all keys, required if every object has them, with their types. */
export function inferSchema(objects: readonly JsonObject[]): JsonObject {
  const keys = [...new Set(objects.flatMap((each) => Object.keys(each)))];
  const valuesOf = (key: string) => objects.flatMap((each) => (Object.hasOwn(each, key) ? [each[key]] : []));
  const required = keys.filter((key) => valuesOf(key).length === objects.length);
  return {
    type: "object",
    properties: Object.fromEntries(keys.map((key) => [key, schemaOf(valuesOf(key))])),
    ...(required.length > 0 && { required }),
  };
}

function schemaOf(values: readonly unknown[]): JsonObject {
  const types = new Set(values.map(typeOf));
  if (types.has("number")) types.delete("integer");
  const [type, ...others] = types;
  if (type === undefined) return {};
  const objects = values.filter(isObject);
  const items = values.filter(Array.isArray).flat() as unknown[];
  return {
    type: others.length === 0 ? type : [type, ...others],
    ...(types.has("array") && { items: schemaOf(items) }),
    ...(types.has("object") && { properties: inferSchema(objects)["properties"] }),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}
