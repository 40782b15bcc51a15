import { isObject } from "../../kit/json.ts";
import type { Path } from "../../project/project.ts";

/** An argument in a function's JSON Schema: its name such as `items[].name`, its place in the schema, and its possible values. */
export interface DeclaredArgument {
  name: string;
  at: Path;
  values: readonly unknown[];
}

/** The maximum depth in a schema, and the maximum number of nested references. */
const deepest = 32;
const mostReferences = 5;

/** The arguments of a schema, including those inside objects and lists, each once. Recursive references are followed once. */
export function declaredArguments(schema: unknown): DeclaredArgument[] {
  const found = new Map<string, DeclaredArgument>();
  const walk = (part: unknown, name: string, at: Path, followed: ReadonlySet<string>, depth: number): void => {
    if (!isObject(part) || depth > deepest) return;
    const known = found.get(name);
    const values = [...new Set([...(known?.values ?? []), ...listOf(part["enum"])])];
    if (name !== "") found.set(name, { name, at: known?.at ?? at, values });
    const { $ref: reference } = part;
    if (
      typeof reference === "string" &&
      reference.startsWith("#/") &&
      !followed.has(reference) &&
      followed.size < mostReferences
    ) {
      const way = reference.slice(2).split("/");
      walk(valueAt(schema, way), name, at.length === 0 ? way : at, new Set([...followed, reference]), depth + 1);
    }
    for (const key of ["anyOf", "oneOf", "allOf"]) {
      for (const [index, each] of listOf(part[key]).entries())
        walk(each, name, [...at, key, index], followed, depth + 1);
    }
    for (const [key, each] of Object.entries(isObject(part["properties"]) ? part["properties"] : {})) {
      walk(each, name === "" ? key : `${name}.${key}`, [...at, "properties", key], followed, depth + 1);
    }
    walk(part["items"], `${name}[]`, [...at, "items"], followed, depth + 1);
  };
  walk(schema, "", [], new Set(), 0);
  return [...found.values()].filter(({ name, values }) => !name.endsWith("[]") || values.length > 0);
}

/** The arguments of a call, named like those of a schema, each with its value. */
export function givenArguments(value: unknown, name = ""): { name: string; value: unknown }[] {
  const own = name === "" ? [] : [{ name, value }];
  if (Array.isArray(value)) return [...own, ...value.flatMap((each) => givenArguments(each, `${name}[]`))];
  if (!isObject(value)) return own;
  const inner = Object.entries(value).flatMap(([key, each]) =>
    givenArguments(each, name === "" ? key : `${name}.${key}`),
  );
  return [...own, ...inner];
}

/** The values that a pattern of arguments names, including those inside operators. */
export function namedValues(pattern: unknown, name = ""): { name: string; value: unknown }[] {
  if (Array.isArray(pattern)) return pattern.flatMap((each) => namedValues(each, `${name}[]`));
  if (!isObject(pattern)) return name === "" ? [] : [{ name, value: pattern }];
  return Object.entries(pattern).flatMap(([key, each]) => {
    if (!key.startsWith("$")) return namedValues(each, name === "" ? key : `${name}.${key}`);
    return listOf(each, [each]).flatMap((operand) => namedValues(operand, name));
  });
}

function listOf(value: unknown, otherwise: readonly unknown[] = []): readonly unknown[] {
  return Array.isArray(value) ? value : otherwise;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((part, key) => {
    if (Array.isArray(part)) return part[Number(key)] as unknown;
    return isObject(part) ? part[key.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }, value);
}
