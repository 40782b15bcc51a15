import { extensionPattern } from "./extensions.ts";
import { isObject } from "../kit/json.ts";
import { inFlow } from "./flow.ts";
import { hasType, type Schema } from "../schema/schema.ts";
import { violations, type Branch, type Reporter } from "../schema/walk.ts";
import type { Finding } from "./finding.ts";
import type { Path } from "./project.ts";
import { boundsOf, counted, hasKey, nameOf, unknownKey, unknownValue, wrongType } from "./schema-sentences.ts";

/** All differences of a value from a schema, with paths; for a union, only those from the most likely branch. */
export function checkSchema(schema: Schema, value: unknown, path: Path = []): Finding[] {
  return violations(schema, value, sentences, { path });
}

/** Messages about violations for the author of the file. */
const sentences: Reporter<Finding> = {
  wrongType: ({ type = "object", properties = {}, examples: [example] = [] }, value, path) => {
    const found = wrongType([type], value, path, example);
    if (type !== "object") return found;
    if (isObject(example)) return { ...found, hint: `For example: ${inFlow(example)}` };
    const keys = Object.keys(properties);
    return { ...found, ...(keys.length > 0 && { hint: `Allowed keys: ${keys.join(", ")}.` }) };
  },
  unknownValue,
  tooMany: (what, count, limit, path) => ({
    path,
    code: what === "string" ? "too_long" : "too_many",
    message: `${nameOf(path)} has ${count} ${counted[what]}, more than the limit of ${limit}`,
  }),
  tooFew: (what, limit, path) => {
    if (what === "string") return { path, code: "too_short", message: `${nameOf(path)} must not be empty` };
    const noun = limit === 1 ? counted[what].replace(/s$/, "") : counted[what];
    return { path, code: "too_few", message: `${nameOf(path)} needs at least ${limit} ${noun}` };
  },
  mismatch: ({ description }, pattern, value, path) => ({
    path,
    code: "bad_form",
    message: `${nameOf(path)} cannot be "${value}"`,
    hint: description ?? `It must match ${pattern}.`,
  }),
  outOfRange: (schema, value, path) => ({
    path,
    code: "out_of_range",
    message: `${nameOf(path)} must be ${boundsOf(schema)}, not ${value}`,
  }),
  repeated: (item, path) => ({ path, code: "duplicate_value", message: `${JSON.stringify(item)} is listed twice` }),
  missingKey: (key, path) => ({
    path,
    at: "key",
    code: "missing_key",
    message: path.length === 0 ? `missing key "${key}"` : `${nameOf(path)} lacks the key "${key}"`,
  }),
  unknownKey: (schema, key, value, path) => {
    const pattern = Object.keys(schema.patternProperties ?? {}).find((each) => each !== extensionPattern);
    if (pattern === undefined) {
      const { properties = {} } = schema;
      const inside = Object.keys(properties).filter((each) => hasKey(properties[each], key));
      return unknownKey(key, Object.keys(properties), value, path, inside);
    }
    const message = `"${key}" is not a valid name`;
    return { path: [...path, key], at: "key", code: "bad_form", message, hint: `A name must match ${pattern}.` };
  },
  longKey: (key, limit, path) => ({
    path: [...path, key],
    at: "key",
    code: "too_long",
    message: `the name "${key}" has more than ${limit} characters`,
  }),
  union: (_, branches, value, path) =>
    nearestBranch(branches, value, path).map((finding) => hintAtList(finding, branches, value, path)),
};

/** The faults of a value that must match one of several schemas: only those for the most likely schema. */
function nearestBranch(branches: readonly Branch<Finding>[], value: unknown, path: Path): Finding[] {
  const fitting = branches.filter(({ schema }) => schema.type === undefined || hasType(value, schema.type));
  if (fitting.length === 0) {
    const types = branches.map(({ schema }) => schema.type ?? "object");
    return [wrongType(types, value, path)];
  }
  const hopeful = isObject(value) ? fitting.filter((branch) => requiredKeys(branch, value).missing === 0) : fitting;
  if (hopeful.some(({ fits }) => fits())) return [];
  const open = fitting.filter(({ schema }) => !("const" in schema));
  if (open.length === 0) {
    const words = fitting.map(({ schema }) => schema.const);
    return [unknownValue(words, value, path)];
  }
  return isObject(value) ? nearestRecord(open, value, path) : nearest(open);
}

const nearest = (branches: Branch<Finding>[]): Finding[] =>
  branches.map(({ check }) => check()).reduce((best, each) => (each.length < best.length ? each : best));

function requiredKeys({ schema: { required = [] } }: Branch<Finding>, value: Record<string, unknown>) {
  const present = required.filter((key) => Object.hasOwn(value, key));
  return { present, missing: required.length - present.length };
}

/** The faults for the most likely of several kinds of mapping, the one whose required keys are present. */
function nearestRecord(branches: Branch<Finding>[], value: Record<string, unknown>, path: Path): Finding[] {
  const present = (branch: Branch<Finding>) => requiredKeys(branch, value).present.length;
  const most = Math.max(...branches.map(present));
  if (most === 0 && branches.every(({ schema }) => schema.required)) return unrecognised(branches, value, path);
  const meant = branches.filter((branch) => present(branch) === most);
  const anchor = meant[0]?.schema.required?.find((key) => Object.hasOwn(value, key)) ?? "";
  return nearest(meant).map((finding) =>
    finding.code === "unknown_key" && finding.path.length === path.length + 1
      ? strayKey(String(finding.path.at(-1)), anchor, branches, value, path)
      : finding,
  );
}

/** A hint for an unknown key that may be meant as an item of a list allowed in the same place. */
function hintAtList(finding: Finding, branches: readonly Branch<Finding>[], value: unknown, path: Path): Finding {
  const key = finding.path[path.length];
  const isOwn = finding.code === "unknown_key" && finding.path.length === path.length + 1;
  if (!isOwn || finding.label !== undefined || typeof key !== "string" || !isObject(value)) return finding;
  if (Object.keys(value).some((each) => knownKeys(branches).includes(each))) return finding;
  const isListed = branches.some(({ schema, fits }) => schema.type === "array" && fits([{ [key]: value[key] }]));
  return isListed ? { ...finding, hint: `Write it as a list: ${String(path.at(-1))}: [{ ${key}: ... }]` } : finding;
}

function unrecognised(branches: Branch<Finding>[], value: Record<string, unknown>, path: Path): Finding[] {
  const known = knownKeys(branches);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) return unknown.map((key) => unknownKey(key, known, value, path));
  const choices = branches.flatMap(({ schema }) => schema.required ?? []).map((key) => `"${key}"`);
  const message = `${nameOf(path)} needs ${[...new Set(choices)].join(" or ")}`;
  return [{ path, at: "key", code: "missing_key", message }];
}

function strayKey(
  key: string,
  anchor: string,
  branches: Branch<Finding>[],
  value: Record<string, unknown>,
  path: Path,
): Finding {
  const known = knownKeys(branches);
  if (!known.includes(key)) return unknownKey(key, known, value, path);
  const message = `"${key}" cannot be combined with "${anchor}"`;
  return { path: [...path, key], at: "key", code: "conflicting_keys", message };
}

const knownKeys = (branches: readonly Branch<Finding>[]): string[] => [
  ...new Set(branches.flatMap(({ schema }) => Object.keys(schema.properties ?? {}))),
];
