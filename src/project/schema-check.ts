import type { Finding } from "./finding.ts";
import type { Path } from "./project.ts";
import { hintAtList, nearestBranch } from "./schema-union.ts";
import { hasType, nameOf, unknownKey, unknownValue, wrongType } from "./schema-words.ts";
import type { Schema } from "./schema-words.ts";
import { isObject } from "../kit/json.ts";

/**
 * Everything in which a value differs from a schema, each with its place; of a union, only what differs from the branch that was meant.
 * Interprets the schema: compiling it would cost more than reading a whole project does.
 */
export function checkSchema(schema: Schema, value: unknown, path: Path = [], root: Schema = schema): Finding[] {
  if (schema.$ref !== undefined) return checkSchema(resolveRef(schema.$ref, root), value, path, root);
  if (schema.anyOf) {
    const branches = schema.anyOf.map((each) => ({
      schema: each,
      check: (candidate = value) => checkSchema(each, candidate, path, root),
    }));
    return nearestBranch(branches, value, path).map((finding) => hintAtList(finding, branches, value, path));
  }
  if (schema.type !== undefined && !hasType(value, schema.type)) return [wrongType([schema.type], value, path)];
  if ("const" in schema && schema.const !== value) return [unknownValue([schema.const], value, path)];
  if (typeof value === "string") return checkString(schema, value, path);
  if (typeof value === "number") return checkNumber(schema, value, path);
  if (Array.isArray(value)) return checkArray(schema, value, path, root);
  return isObject(value) ? checkObject(schema, value, path, root) : [];
}

/** The schema that a `$ref` inside `root` leads to. */
function resolveRef(reference: string, root: Schema): Schema {
  if (reference === "#") return root;
  const found = root.$defs?.[reference.replace("#/$defs/", "")];
  if (!found) throw new Error(`no such schema: ${reference}`);
  return found;
}

function checkString(schema: Schema, value: string, path: Path): Finding[] {
  const length = schema.minLength === undefined && schema.maxLength === undefined ? 0 : Array.from(value).length;
  if (length < (schema.minLength ?? 0))
    return [{ path, code: "too_short", message: `${nameOf(path)} must not be empty` }];
  if (length > (schema.maxLength ?? Infinity))
    return [tooMany("too_long", path, length, "characters", schema.maxLength)];
  if (schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value)) return [];
  const hint = schema.description ?? `It must match ${schema.pattern}.`;
  return [{ path, code: "bad_form", message: `${nameOf(path)} cannot be "${value}"`, hint }];
}

function checkNumber(schema: Schema, value: number, path: Path): Finding[] {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (value >= minimum && value <= maximum) return [];
  const bounds =
    maximum === Infinity
      ? `at least ${minimum}`
      : minimum === -Infinity
        ? `at most ${maximum}`
        : `from ${minimum} to ${maximum}`;
  return [{ path, code: "out_of_range", message: `${nameOf(path)} must be ${bounds}, not ${value}` }];
}

function checkArray(schema: Schema, value: unknown[], path: Path, root: Schema): Finding[] {
  const { items, minItems = 0, maxItems = Infinity } = schema;
  if (value.length < minItems) return [tooFew(path, "items", minItems)];
  const over = value.length > maxItems ? [tooMany("too_many", path, value.length, "items", maxItems)] : [];
  const twice = schema.uniqueItems ? repeated(value, path) : [];
  return [
    ...over,
    ...twice,
    ...(items ? value.flatMap((each, index) => checkSchema(items, each, [...path, index], root)) : []),
  ];
}

function repeated(value: unknown[], path: Path): Finding[] {
  const texts = value.map((each) => JSON.stringify(each));
  return texts.flatMap((text, index) =>
    texts.indexOf(text) < index
      ? [{ path: [...path, index], code: "duplicate_value", message: `${text} is there twice` }]
      : [],
  );
}

function checkObject(schema: Schema, value: Record<string, unknown>, path: Path, root: Schema): Finding[] {
  const keys = Object.keys(value);
  const findings: Finding[] = (schema.required ?? [])
    .filter((key) => !Object.hasOwn(value, key))
    .map((key) => ({ path, at: "key", code: "missing_key", message: missingKey(key, path) }));
  if (keys.length < (schema.minProperties ?? 0)) findings.push(tooFew(path, "keys", schema.minProperties ?? 0));
  if (keys.length > (schema.maxProperties ?? Infinity))
    findings.push(tooMany("too_many", path, keys.length, "keys", schema.maxProperties));
  for (const key of keys) {
    const found = schemasOfKey(schema, key);
    if (found.length === 0) findings.push(unknownName(schema, key, value, path));
    for (const each of found) if (each !== true) findings.push(...checkSchema(each, value[key], [...path, key], root));
  }
  return findings;
}

const missingKey = (key: string, path: Path): string =>
  path.length === 0 ? `missing key "${key}"` : `${nameOf(path)} lacks the key "${key}"`;

/** What a key's value must satisfy; `true` stands for anything, and nothing at all means that the key is unknown. */
function schemasOfKey(schema: Schema, key: string): (Schema | true)[] {
  const named = schema.properties && Object.hasOwn(schema.properties, key) ? [schema.properties[key] ?? {}] : [];
  const matched = Object.entries(schema.patternProperties ?? {})
    .filter(([pattern]) => new RegExp(pattern, "u").test(key))
    .map(([, each]) => each);
  if (named.length + matched.length > 0) return [...named, ...matched];
  const { additionalProperties: rest = true } = schema;
  return rest === false ? [] : [rest];
}

function unknownName(schema: Schema, key: string, value: Record<string, unknown>, path: Path): Finding {
  const [pattern] = Object.keys(schema.patternProperties ?? {});
  if (pattern === undefined) return unknownKey(key, Object.keys(schema.properties ?? {}), value, path);
  const message = `"${key}" is not a possible name`;
  return { path: [...path, key], at: "key", code: "bad_form", message, hint: `A name must match ${pattern}.` };
}

const tooMany = (code: Finding["code"], path: Path, count: number, what: string, limit = 0): Finding => ({
  path,
  code,
  message: `${nameOf(path)} has ${count} ${what}; at most ${limit} are possible`,
});
const tooFew = (path: Path, what: string, limit: number): Finding => ({
  path,
  code: "too_few",
  message: `${nameOf(path)} needs at least ${limit} ${limit === 1 ? what.replace(/s$/, "") : what}`,
});
