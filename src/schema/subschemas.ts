import { isObject } from "../kit/json.ts";

/** A schema inside a schema, its path, and the number of objects and arrays around it. */
export interface Subschema {
  path: (string | number)[];
  schema: Record<string, unknown>;
  depth: number;
}

const single = ["not", "if", "then", "else", "additionalProperties", "propertyNames", "unevaluatedProperties"];
const singleInArray = ["items", "unevaluatedItems", "contains", "contentSchema"];
const listed = ["allOf", "anyOf", "oneOf", "prefixItems"];
const named = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];

/** A valid JSON Schema and every schema inside it, outermost first; the schemas `true` and `false` are left out. */
export function subschemas(schema: unknown, path: (string | number)[] = [], depth = 1): Subschema[] {
  if (!isObject(schema)) return [];
  const below = (value: unknown, step: (string | number)[], levels: number) =>
    subschemas(value, [...path, ...step], depth + levels);
  return [
    { path, schema, depth },
    ...single.flatMap((key) => below(schema[key], [key], 0)),
    ...singleInArray.flatMap((key) => below(schema[key], [key], 1)),
    ...listed.flatMap((key) => {
      const items = schema[key];
      return Array.isArray(items) ? items.flatMap((each, index) => below(each, [key, index], 0)) : [];
    }),
    ...named.flatMap((key) => {
      const members = schema[key];
      const levels = key === "properties" ? 1 : 0;
      return isObject(members)
        ? Object.entries(members).flatMap(([name, each]) => below(each, [key, name], levels))
        : [];
    }),
  ];
}
