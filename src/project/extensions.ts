import { isObject } from "../kit/json.ts";
import type { Schema } from "../schema/schema.ts";

/** The pattern of keys for anchors and notes. */
export const extensionPattern = "^x-";

/**
 * A value without keys that begin with `x-`, except where its schema allows free names. The author of a
 * file can use such keys for anchors and notes. In mappings with free keys they are ordinary keys.
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
