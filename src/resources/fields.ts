import { type Json, compareText } from "../kit/json.ts";

/** A unit of comparison and ownership: `temperature`, `tools`, and every key of a keyed field, such as `metadata.team`. */
export type Field = string;

/** A short hash for each field. A missing field is not set. */
export type FieldHashes = Record<Field, string>;

/** How a plan shows a field: on one line, as a text compared line by line, as a JSON Schema, or as named parts. */
export type FieldView =
  | { kind: "value" }
  /** With a custom description. */
  | { kind: "words"; words: (before: unknown, after: unknown) => string }
  | { kind: "text" }
  /** An object with a JSON Schema under this key; other values are shown on one line. */
  | { kind: "schema"; key: string }
  /** A list of objects identified by `nameOf`; their keys in `schemas` have JSON Schemas. */
  | { kind: "parts"; nameOf: (part: object) => string; schemas: readonly string[] };

/** Everything that reading, comparing, showing and sending a field needs to know about it. */
export interface FieldRule<V = unknown> {
  /** Gives equivalent values the same form: the API's default, the empty value and "not set" are all `null`. */
  canonical(this: void, value: V): Json;
  /** The canonical form of version 0.1, if it was different: locks and markers of that version have its hashes. */
  formerly?(this: void, value: V): Json;
  /** The value to send for a field that is no longer declared. */
  cleared: V;
  view: FieldView;
  /** The API's limit in characters; of each value, for a keyed field. */
  maxLength?: number;
  /** True when `${{ }}` is evaluated in it. */
  isEvaluated: boolean;
  /** The maximum number of keys of a keyed field, besides those of the marker. */
  maxKeys?: number;
  /** True when each key of the value is a separate field. */
  isKeyed: boolean;
  /** True for a field that the API never shows: what was last applied counts as its live value. */
  isHidden?: true;
  /** True for a field that cannot be changed: an object with the new value is created and replaces the old one. */
  isFixed?: true;
  /** True when an unfinished apply left the value as it is: a difference then is not an edit by others. */
  isUnfinished?(this: void, live: V, wanted: V): boolean;
  /** For a field that names other resources: their addresses, and the value with their ids in place of the addresses. */
  references?: {
    addresses(this: void, value: V): readonly string[];
    bind(this: void, value: V, idOf: (address: string) => string): V;
  };
}

/** A rule for each field of a spec, in reading order. */
export type FieldTable<S extends object = object> = { readonly [F in keyof S]-?: FieldRule<S[F]> };

/** The part of a resource kind that describes its fields. */
export interface WithFields {
  fields: object;
}

/** The value of one field in the spec. */
export function fieldValue(kind: WithFields, spec: object, field: Field): unknown {
  const { name, key } = partsOf(kind, field);
  const value = valueAt(spec, name);
  return key === null ? value : (valueAt(value, key) ?? null);
}

/** The keyed fields that would have more keys than the API allows after these changes, with the number of keys. */
export function overfullFields(
  kind: WithFields,
  spec: object,
  changes: readonly { field: Field; after: unknown }[],
): { name: string; keys: number; most: number }[] {
  const after = { ...spec, ...toChanges(kind, changes, spec) };
  return rulesOf(kind).flatMap(([name, { maxKeys }]) => {
    const keys = keysOf(after, name).length;
    return maxKeys === undefined || keys <= maxKeys ? [] : [{ name, keys, most: maxKeys }];
  });
}

/** The value to send for a field that is no longer declared. */
export function clearedValue(kind: WithFields, field: Field): unknown {
  const rule = ruleOf(kind, field);
  return rule === undefined || rule.isKeyed ? null : rule.cleared;
}

/** How a plan shows a field. */
export function viewOf(kind: WithFields, field: Field): FieldView {
  return ruleOf(kind, field)?.view ?? { kind: "value" };
}

/** True for a field that the API never shows. */
export function isHidden(kind: WithFields, field: Field): boolean {
  return ruleOf(kind, field)?.isHidden === true;
}

/** True for a field that cannot be changed. */
export function isFixed(kind: WithFields, field: Field): boolean {
  return ruleOf(kind, field)?.isFixed === true;
}

/** True for a field that names other resources. */
export function isReference(kind: WithFields, field: Field): boolean {
  return ruleOf(kind, field)?.references !== undefined;
}

/** True when an unfinished apply left a field as it is; `wanted` is its value in the files. */
export function isUnfinished(kind: WithFields, field: Field, live: object, wanted: unknown): boolean {
  return ruleOf(kind, field)?.isUnfinished?.(fieldValue(kind, live, field), wanted) === true;
}

/** The fields of a spec's values, with the keys of keyed ones as separate fields. */
export function expandFields(kind: WithFields, names: readonly string[], spec: object): Field[] {
  return names.flatMap((name) => (ruleOf(kind, name)?.isKeyed === true ? keysOf(spec, name) : [name]));
}

/** True when `field` is `pattern` or is within it: `metadata` covers `metadata.team`. */
export function covers(pattern: Field, field: Field): boolean {
  return field === pattern || field.startsWith(`${pattern}.`);
}

/** Fields in the order of the table, with the keys of one field sorted. */
export function inReadingOrder(kind: WithFields, fields: readonly Field[]): readonly Field[] {
  const compare = (a: Field, b: Field) => partsOf(kind, a).rank - partsOf(kind, b).rank || compareText(a, b);
  // They usually are: files and locks are read in this order.
  const isSorted = fields.every((field, index) => index === 0 || compare(fields[index - 1]!, field) <= 0);
  return isSorted ? fields : fields.toSorted(compare);
}

/** The part of a spec to send so that each field gets its new value; other keys stay as in `base`. */
export function toChanges(
  kind: WithFields,
  changes: readonly { field: Field; after: unknown }[],
  base: object,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { field, after } of changes) {
    const { name, key } = partsOf(kind, field);
    if (key === null) {
      result[name] = after;
      continue;
    }
    const { [key]: _before, ...others } = (result[name] ?? valueAt(base, name) ?? {}) as Record<string, unknown>;
    result[name] = after === null ? others : { ...others, [key]: after };
  }
  return result;
}

/** The addresses that a spec refers to. */
export function referencesOf(kind: WithFields, spec: object): string[] {
  const all = rulesOf(kind).flatMap(([name, { references }]) => references?.addresses(valueAt(spec, name)) ?? []);
  return [...new Set(all)].toSorted(compareText);
}

/** The fields that still refer to something by its address. */
export function unboundFields(kind: WithFields, spec: object): Field[] {
  return rulesOf(kind).flatMap(([name, { references }]) =>
    (references?.addresses(valueAt(spec, name)).length ?? 0) > 0 ? [name] : [],
  );
}

/** The spec with ids in place of the addresses that it refers to. */
export function bindReferences<S extends object>(kind: WithFields, spec: S, idOf: (address: string) => string): S {
  const bound = rulesOf(kind).flatMap(([name, { references }]) =>
    references === undefined ? [] : [[name, references.bind(valueAt(spec, name), idOf)] as const],
  );
  return { ...spec, ...Object.fromEntries(bound) };
}

/** The names of every field of a spec, in reading order. */
export function fieldsOf(kind: WithFields, spec: object): Field[] {
  return rulesOf(kind).flatMap(([name, { isKeyed }]) => (isKeyed ? keysOf(spec, name) : [name]));
}

function rulesOf({ fields }: WithFields): readonly [string, FieldRule][] {
  return tableOf(fields).rules;
}

/** A field as described by its table. */
interface Parts {
  /** The name in the table, and the key when the field is one key of a keyed field. */
  name: string;
  key: string | null;
  rule: FieldRule | undefined;
  /** Its index in the table; -1 for a field that is not in it. */
  rank: number;
}

/** Cached facts about a table and the names of its fields, which are needed again and again. */
interface Table {
  rules: readonly [string, FieldRule][];
  parts: Map<Field, Parts>;
}

const tables = new WeakMap<object, Table>();

function tableOf(fields: object): Table {
  const known = tables.get(fields);
  if (known !== undefined) return known;
  const table = { rules: Object.entries(fields) as [string, FieldRule][], parts: new Map<Field, Parts>() };
  tables.set(fields, table);
  return table;
}

/** A field's description in its table. */
export function partsOf(kind: WithFields, field: Field): Parts {
  const { rules, parts } = tableOf(kind.fields);
  const known = parts.get(field);
  if (known !== undefined) return known;
  const dot = Object.hasOwn(kind.fields, field) ? -1 : field.indexOf(".");
  const [name, key] = dot === -1 ? [field, null] : [field.slice(0, dot), field.slice(dot + 1)];
  const rank = rules.findIndex(([each]) => each === name);
  const made = { name, key, rule: rules[rank]?.[1], rank };
  parts.set(field, made);
  return made;
}

function ruleOf(kind: WithFields, field: Field): FieldRule | undefined {
  return partsOf(kind, field).rule;
}

function keysOf(spec: object, name: string): Field[] {
  return Object.keys(valueAt(spec, name) ?? {})
    .toSorted()
    .map((key) => `${name}.${key}`);
}

function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
