import { schemaAt } from "../openapi/document.ts";
import type { Schema } from "../openapi/overlay.ts";
import type { Random } from "./random.ts";

/** Ids of objects that exist, by the name of the property or parameter that would hold one. */
export type Known = Record<string, readonly [string, ...string[]]>;

/** A value that the schema allows; where it asks for an id, most often one that exists. */
export function valueOf(schema: Schema, random: Random, known: Known, name = "", depth = 0): unknown {
  if (typeof schema["$ref"] === "string") return valueOf(schemaAt(schema["$ref"]), random, known, name, depth);
  const choices = (schema["oneOf"] ?? schema["anyOf"]) as Schema[] | undefined;
  if (choices?.length) {
    const chosen = choices[random.below(choices.length)] ?? {};
    const { oneOf: _one, anyOf: _any, ...rest } = schema;
    return valueOf(schema.properties ? merged({ ...rest, allOf: [chosen] }) : chosen, random, known, name, depth);
  }
  if (Array.isArray(schema["allOf"])) return valueOf(merged(schema), random, known, name, depth);
  if (schema.enum?.length) return schema.enum[random.below(schema.enum.length)];
  if ("const" in schema) return schema["const"];
  const type = Array.isArray(schema.type) ? schema.type[random.below(schema.type.length)] : schema.type;
  switch (type) {
    case "string":
      return known[name] && random.chance(0.9) ? random.pick(known[name]) : word(schema, random);
    case "integer":
      return Math.round(between(schema, random));
    case "number":
      return between(schema, random);
    case "boolean":
      return random.chance(0.5);
    case "null":
      return null;
    case "array": {
      const length = depth > 6 ? 0 : random.below(4);
      return Array.from({ length }, () =>
        valueOf((schema["items"] as Schema | undefined) ?? {}, random, known, name.replace(/s$/, ""), depth + 1),
      );
    }
    default:
      return objectOf(schema, random, known, depth);
  }
}

function objectOf(schema: Schema, random: Random, known: Known, depth: number): Record<string, unknown> {
  const required = new Set((schema["required"] as string[] | undefined) ?? []);
  const wanted = Object.entries(schema.properties ?? {}).filter(
    ([name]) => required.has(name) || (depth < 6 && random.chance(0.2)),
  );
  const free = schema.properties === undefined && random.chance(0.5) ? { some: word({}, random) } : {};
  return {
    ...free,
    ...Object.fromEntries(wanted.map(([name, inner]) => [name, valueOf(inner, random, known, name, depth + 1)])),
  };
}

function merged({ allOf, ...schema }: Schema): Schema {
  const parts = [
    schema,
    ...(allOf as Schema[]).map((part) => (typeof part["$ref"] === "string" ? schemaAt(part["$ref"]) : part)),
  ];
  return {
    ...(Object.assign({}, ...parts) as Schema),
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as Record<string, Schema>,
    required: parts.flatMap(({ required }) => (required as string[] | undefined) ?? []),
  };
}

const words = ["weather", "hello", "get_weather", "Grüße", "a b c", "1"] as const;

function word(schema: Schema, random: Random): string {
  const most = (schema["maxLength"] as number | undefined) ?? 64;
  return random.pick(words).slice(0, most);
}

function between(schema: Schema, random: Random): number {
  const least = (schema["minimum"] as number | undefined) ?? 0;
  const most = (schema["maximum"] as number | undefined) ?? least + 1000;
  return least + ((most - least) * random.below(11)) / 10;
}
