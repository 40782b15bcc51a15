import { isObject, type JsonPath } from "../../kit/json.ts";
import { hasExpressions } from "../../project/expression.ts";
import { hasType } from "../../schema/schema.ts";
import { isOperators } from "../matcher/operators.ts";

/** Why a schema rejects a value, or everything that a pattern matches. `path` leads to the part. */
export type Misfit =
  | { kind: "unknown_name"; path: JsonPath; name: string; known: readonly string[] }
  | { kind: "wrong_type"; path: JsonPath; value: unknown; types: readonly string[] }
  | { kind: "unknown_value"; path: JsonPath; value: unknown; values: readonly unknown[] };

type Schema = Record<string, unknown>;

/** The maximum number of references that are followed along one path through a schema. */
const mostReferences = 50;

/**
 * The parts of a pattern that no arguments of this schema can match; a plain value is a pattern too. Types, `enum`, `const` and property
 * names are checked, also in unions and behind local references. Other keywords are ignored: a scenario may deliberately violate them.
 * Values unknown before the scenario runs (`${{ }}`) are accepted.
 */
export function misfitsOf(pattern: unknown, schema: unknown): Misfit[] {
  return misfitsAt(pattern, schema, { root: schema, path: [], references: 0, isPart: false });
}

/** Keywords that do not constrain values. */
const annotations = new Set(["title", "description", "default", "examples", "$comment", "$schema", "$id", "$defs"]);

interface Context {
  root: unknown;
  path: JsonPath;
  references: number;
  /** True when the schema is one of several for the same value, so others may allow more names. */
  isPart: boolean;
}

function misfitsAt(pattern: unknown, schema: unknown, context: Context): Misfit[] {
  if (!isObject(schema) || (typeof pattern === "string" && hasExpressions(pattern))) return [];
  const keywords = Object.keys(schema).filter((key) => !annotations.has(key));
  const inside = { ...context, isPart: context.isPart || keywords.length > 1 };
  return [
    ...behindReference(pattern, schema, inside),
    ...listed(schema["allOf"]).flatMap((each) => misfitsAt(pattern, each, { ...context, isPart: true })),
    ...["anyOf", "oneOf"].flatMap((key) => inBranches(pattern, listed(schema[key]), inside)),
    ...(isOperators(pattern) ? operatorMisfits(pattern, schema, context) : ownMisfits(pattern, schema, context)),
  ];
}

function behindReference(pattern: unknown, { $ref }: Schema, context: Context): Misfit[] {
  if (typeof $ref !== "string" || context.references >= mostReferences) return [];
  const found = resolve($ref, context.root);
  return misfitsAt(pattern, found, { ...context, references: context.references + 1 });
}

/** The target of a local reference (`#/$defs/id`). */
function resolve(reference: string, root: unknown): unknown {
  if (reference === "#") return root;
  if (!reference.startsWith("#/")) return undefined;
  return reference
    .slice(2)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (inside, step) => (isObject(inside) && Object.hasOwn(inside, step) ? inside[step] : undefined),
      root,
    );
}

/** Empty when one branch accepts the pattern; else the misfits of the closest branch, or the fact that no branch has its type. */
function inBranches(pattern: unknown, branches: readonly unknown[], context: Context): Misfit[] {
  const all = branches.map((each) => misfitsAt(pattern, each, context));
  if (all.length === 0 || all.some((each) => each.length === 0)) return [];
  const isHere = (each: Misfit) => each.kind === "wrong_type" && isAt(each, context);
  const values = all
    .flat()
    .flatMap((each) => (each.kind === "unknown_value" && isAt(each, context) ? each.values : []));
  if (values.length > 0) return [{ kind: "unknown_value", path: context.path, value: pattern, values }];
  const inside = all.filter((each) => !each.some(isHere)).toSorted((one, other) => one.length - other.length);
  if (inside[0] !== undefined) return inside[0];
  const types = all.flat().flatMap((each) => (each.kind === "wrong_type" ? each.types : []));
  return [{ kind: "wrong_type", path: context.path, value: pattern, types: [...new Set(types)] }];
}

function isAt({ path }: Misfit, context: Context): boolean {
  return path.length === context.path.length;
}

function ownMisfits(pattern: unknown, schema: Schema, context: Context): Misfit[] {
  const { path } = context;
  const types = typesOf(schema);
  if (types !== null && !types.some((type) => hasType(pattern, type)))
    return [{ kind: "wrong_type", path, value: pattern, types }];
  const values = "const" in schema ? [schema["const"]] : schema["enum"];
  if (Array.isArray(values) && !isCompound(pattern) && !values.includes(pattern))
    return [{ kind: "unknown_value", path, value: pattern, values }];
  if (Array.isArray(pattern)) return itemMisfits(pattern, schema, context);
  return isObject(pattern) ? memberMisfits(pattern, schema, context) : [];
}

function itemMisfits(pattern: readonly unknown[], schema: Schema, context: Context): Misfit[] {
  const first = listed(schema["prefixItems"]);
  return pattern.flatMap((each, index) =>
    misfitsAt(each, first[index] ?? schema["items"], { ...context, path: [...context.path, index], isPart: false }),
  );
}

function memberMisfits(pattern: Record<string, unknown>, schema: Schema, context: Context): Misfit[] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const known = context.isPart ? null : namesOf(schema);
  return Object.entries(pattern).flatMap(([name, each]): Misfit[] => {
    // A value that must be absent may be anything.
    if (isObject(each) && each["$exists"] === false) return [];
    const path = [...context.path, name];
    if (Object.hasOwn(properties, name)) return misfitsAt(each, properties[name], { ...context, path, isPart: false });
    return known === null ? [] : [{ kind: "unknown_name", path, name, known }];
  });
}

/** The value types for which an operator can hold; operators not listed can hold for any type. */
const typesOfOperators: Readonly<Record<string, readonly string[]>> = {
  $regex: ["string"],
  $startsWith: ["string"],
  $contains: ["string", "array"],
  $gt: ["number"],
  $gte: ["number"],
  $lt: ["number"],
  $lte: ["number"],
  $approx: ["number"],
  $len: ["string", "array", "object"],
};

function operatorMisfits(pattern: Record<string, unknown>, schema: Schema, context: Context): Misfit[] {
  const types = typesOf(schema)?.map((type) => (type === "integer" ? "number" : type)) ?? null;
  return Object.entries(pattern).flatMap(([name, operand]): Misfit[] => {
    if (name === "$oneOf" && Array.isArray(operand)) {
      const all = operand.map((each) => misfitsAt(each, schema, context));
      return all.some((each) => each.length === 0) ? [] : all.flat().slice(0, 1);
    }
    const wanted = typesOfOperators[name];
    if (types === null || wanted === undefined || wanted.some((type) => types.includes(type))) return [];
    return [{ kind: "wrong_type", path: context.path, value: pattern, types }];
  });
}

function typesOf({ type }: Schema): string[] | null {
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.map(String) : null;
}

const openEnded = ["patternProperties", "$ref", "allOf", "anyOf", "oneOf", "if", "unevaluatedProperties"];

/** The property names that an object of this schema can have; `null` when the schema allows any. */
function namesOf(schema: Schema): string[] | null {
  if (openEnded.some((key) => Object.hasOwn(schema, key))) return null;
  const { properties, additionalProperties: others } = schema;
  if (!isObject(properties) || others === true || isObject(others)) return null;
  return Object.keys(properties);
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isCompound(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
