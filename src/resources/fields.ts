import { shortHashOfText } from "../kit/hash.ts";
import { type Json, canonicalJson, compareText, toCanonical } from "../kit/json.ts";

/** What is compared and owned one by one: `temperature`, `tools`, and every key of a keyed field as `metadata.team`. */
export type Field = string;

/** A short hash a field. A field that is not named is not set. */
export type FieldHashes = Record<Field, string>;

/** How a plan shows a field: on one line, as a text that is compared line by line, as a JSON Schema, or as parts with names. */
export type FieldView =
  | { kind: "value" }
  /** In words of its own. */
  | { kind: "words"; words: (before: unknown, after: unknown) => string }
  | { kind: "text" }
  /** An object with a JSON Schema under this key; other values are shown on one line. */
  | { kind: "schema"; key: string }
  /** A list of objects that `nameOf` tells apart; under the keys of `schemas` they have JSON Schemas. */
  | { kind: "parts"; nameOf: (part: object) => string; schemas: readonly string[] };

/** Everything that reading, comparing, showing and sending a field needs to know about it. */
export interface FieldRule<V = unknown> {
  /** Makes equal what says the same: the API's default, the empty value and "not set" are all `null`. */
  canonical(this: void, value: V): Json;
  /** The canonical form of version 0.1, where it was another one: locks and markers of that version have its hashes. */
  formerly?(this: void, value: V): Json;
  /** What is sent for a field that is no longer declared. */
  cleared: V;
  view: FieldView;
  /** The API's limit in characters; of each value, for a keyed field. */
  maxLength?: number;
  /** Whether `${{ }}` is evaluated in it. */
  isEvaluated: boolean;
  /** How many keys a keyed field may have, besides those of the marker. */
  maxKeys?: number;
  /** True when each key of the value is a field of its own. */
  isKeyed: boolean;
  /** True for a field that the API never shows: what was last applied counts as what is there. */
  isHidden?: true;
  /** True for a field that no object can change: an object with another value is made, and takes the place of the old one. */
  isFixed?: true;
  /** True when an apply of ours that is not at its end left the value as it is: a difference then is no edit of somebody else. */
  isUnfinished?(this: void, live: V, wanted: V): boolean;
  /** For a field that names other resources: their addresses, and the value with their ids in place of the addresses. */
  references?: {
    addresses(this: void, value: V): readonly string[];
    bind(this: void, value: V, idOf: (address: string) => string): V;
  };
}

/** A rule for each field of a spec, in reading order. */
export type FieldTable<S extends object = object> = { readonly [F in keyof S]-?: FieldRule<S[F]> };

/** As much of a kind of resource as its fields are about. */
interface WithFields {
  fields: object;
}

/** Every field of a spec in canonical form, in reading order. */
export function canonicalFields(kind: WithFields, spec: object): Record<Field, Json> {
  return Object.fromEntries(fieldsOf(kind, spec).map((field) => [field, canonicalField(kind, spec, field)]));
}

/** One field in canonical form; `null` when it is not set. */
export function canonicalField(kind: WithFields, spec: object, field: Field): Json {
  return canonicalWith("canonical", kind, spec, field).value;
}

/** The short hash of one field's canonical form. */
export function fieldHash(kind: WithFields, spec: object, field: Field): string {
  return canonicalWith("canonical", kind, spec, field).hash();
}

/** True when a hash, or the beginning of one, is that of this field, in the present canonical form or in that of version 0.1. */
export function isHashOf(hash: string, kind: WithFields, spec: object, field: Field): boolean {
  return (
    fieldHash(kind, spec, field).startsWith(hash) ||
    canonicalWith("formerly", kind, spec, field).hash().startsWith(hash)
  );
}

type Form = "canonical" | "formerly";

/** A canonical form with its JSON text and hash, each made when it is first asked for. */
interface Canonical {
  value: Json;
  text: () => string;
  hash: () => string;
}

/**
 * Canonical forms by the value that they are of: planning asks for those of one value several times over. Values of specs are never
 * changed in place, and each is the value of one field.
 */
const known: Record<Form, WeakMap<object, Canonical>> = { canonical: new WeakMap(), formerly: new WeakMap() };

function canonicalWith(form: Form, kind: WithFields, spec: object, field: Field): Canonical {
  const value = fieldValue(kind, spec, field);
  const rule = ruleOf(kind, field);
  const canonical = rule === undefined || rule.isKeyed ? toCanonical : (rule[form] ?? rule.canonical);
  if (typeof value !== "object" || value === null) return toLazy(canonical(value));
  const made = known[form].get(value) ?? toLazy(canonical(value));
  known[form].set(value, made);
  return made;
}

function toLazy(value: Json): Canonical {
  let text: string | null = null;
  let hash: string | null = null;
  const asText = () => (text ??= canonicalJson(value));
  return { value, text: asText, hash: () => (hash ??= shortHashOfText(asText())) };
}

/** The value of one field in the spec. */
export function fieldValue(kind: WithFields, spec: object, field: Field): unknown {
  const { name, key } = partsOf(kind, field);
  const value = valueAt(spec, name);
  return key === null ? value : (valueAt(value, key) ?? null);
}

/** The hash of every field that is set. */
export function fieldHashes(kind: WithFields, spec: object): FieldHashes {
  const set = fieldsOf(kind, spec).filter((field) => canonicalField(kind, spec, field) !== null);
  return Object.fromEntries(set.map((field) => [field, fieldHash(kind, spec, field)]));
}

const unsetHash = shortHashOfText("null");

/** The hash of one field, whether it is set or not. */
export function hashAt(hashes: FieldHashes, field: Field): string {
  return hashes[field] ?? unsetHash;
}

/** The fields whose hashes differ, in reading order. */
export function movedFields(kind: WithFields, before: FieldHashes, after: FieldHashes): Field[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return inReadingOrder(
    kind,
    [...fields].filter((field) => hashAt(before, field) !== hashAt(after, field)),
  );
}

/** The keyed fields that would have more keys than the API allows once these changes were made, with the number of keys. */
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

/** True for a field that no object can change. */
export function isFixed(kind: WithFields, field: Field): boolean {
  return ruleOf(kind, field)?.isFixed === true;
}

/** True for a field that names other resources. */
export function isReference(kind: WithFields, field: Field): boolean {
  return ruleOf(kind, field)?.references !== undefined;
}

/** True when an apply of ours that is not at its end left a field as it is; `wanted` is `null` for an object that is no longer declared. */
export function isUnfinished(kind: WithFields, field: Field, live: object, wanted: object | null): boolean {
  const rule = ruleOf(kind, field);
  if (rule?.isUnfinished === undefined) return false;
  return rule.isUnfinished(
    fieldValue(kind, live, field),
    wanted === null ? rule.cleared : fieldValue(kind, wanted, field),
  );
}

/** The fields of a spec's values: the keys of keyed ones as fields of their own. */
export function expandFields(kind: WithFields, names: readonly string[], spec: object): Field[] {
  return names.flatMap((name) => (ruleOf(kind, name)?.isKeyed === true ? keysOf(spec, name) : [name]));
}

/** True when `field` is `pattern` or lies in it: `metadata` covers `metadata.team`. */
export function covers(pattern: Field, field: Field): boolean {
  return field === pattern || field.startsWith(`${pattern}.`);
}

/** True when two specs say the same about a field. */
export function isSameField(kind: WithFields, field: Field, one: object, other: object): boolean {
  if (fieldValue(kind, one, field) === fieldValue(kind, other, field)) return true;
  return canonicalWith("canonical", kind, one, field).text() === canonicalWith("canonical", kind, other, field).text();
}

/** Fields in the order of the table, keys of one field by the alphabet. */
export function inReadingOrder(kind: WithFields, fields: readonly Field[]): Field[] {
  const names = Object.keys(kind.fields);
  const rank = (field: Field) => names.indexOf(partsOf(kind, field).name);
  return fields.toSorted((a, b) => rank(a) - rank(b) || compareText(a, b));
}

/** The part of a spec to send so that each field gets its new value; keys that are not named stay as in `base`. */
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

/** The fields that refer to something by its address still. */
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
function fieldsOf(kind: WithFields, spec: object): Field[] {
  return rulesOf(kind).flatMap(([name, { isKeyed }]) => (isKeyed ? keysOf(spec, name) : [name]));
}

function rulesOf({ fields }: WithFields): [string, FieldRule][] {
  return Object.entries(fields) as [string, FieldRule][];
}

/** The name in the table, and the key when the field is one key of a keyed field. */
function partsOf(kind: WithFields, field: Field): { name: string; key: string | null } {
  if (Object.hasOwn(kind.fields, field)) return { name: field, key: null };
  const dot = field.indexOf(".");
  return { name: field.slice(0, dot), key: field.slice(dot + 1) };
}

function ruleOf(kind: WithFields, field: Field): FieldRule | undefined {
  return (kind.fields as Record<string, FieldRule>)[partsOf(kind, field).name];
}

function keysOf(spec: object, name: string): Field[] {
  return Object.keys(valueAt(spec, name) ?? {})
    .toSorted(compareText)
    .map((key) => `${name}.${key}`);
}

function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
