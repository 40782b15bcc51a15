import { isObject } from "../kit/json.ts";
import type { Schema } from "../schema/schema.ts";

/** The keys that hold anchors and notes of whoever writes a file. */
export const extensionPattern = "^x-";

/**
 * A value without its keys that begin with `x-`, wherever its schema does not take them as names: there they are for whoever writes the
 * file, to hold anchors and notes. In mappings whose keys are free they are keys like all others.
 */
export function withoutExtensions(schema: Schema, value: unknown): unknown {
  return strip([schema], value);
}

function strip(schemas: readonly Schema[], value: unknown): unknown {
  const branches = schemas.flatMap((schema) => schema.anyOf ?? [schema]);
  if (Array.isArray(value)) {
    const items = branches.flatMap((schema) => schema.items ?? []);
    return items.length === 0 ? value : value.map((each) => strip(items, each));
  }
  if (!isObject(value)) return value;
  const mappings = branches.filter(({ type }) => type === undefined || type === "object");
  const isClosed = mappings.length > 0 && mappings.every(({ additionalProperties }) => additionalProperties === false);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      const below = mappings.flatMap((schema) => schemasOfKey(schema, key));
      if (isClosed && below.length === 0 && key.startsWith("x-")) return [];
      return [[key, below.length === 0 ? each : strip(below, each)]];
    }),
  );
}

function schemasOfKey({ properties, patternProperties, additionalProperties }: Schema, key: string): Schema[] {
  const named = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (named) return [named];
  const matched = Object.entries(patternProperties ?? {}).flatMap(([pattern, each]) =>
    pattern !== extensionPattern && new RegExp(pattern, "u").test(key) ? [each] : [],
  );
  return matched.length === 0 && typeof additionalProperties === "object" ? [additionalProperties] : matched;
}
