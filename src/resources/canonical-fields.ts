import { shortHashOfText } from "../kit/hash.ts";
import { type Json, canonicalJson, isAlike, toCanonical } from "../kit/json.ts";
import {
  type Field,
  type FieldHashes,
  type FieldRule,
  type WithFields,
  fieldValue,
  fieldsOf,
  inReadingOrder,
  partsOf,
} from "./fields.ts";

/** Every field of a spec in canonical form, in reading order. */
export function canonicalFields(kind: WithFields, spec: object): Record<Field, Json> {
  return Object.fromEntries(fieldsOf(kind, spec).map((field) => [field, canonicalField(kind, spec, field)]));
}

/** One field in canonical form; `null` when it is not set. */
export function canonicalField(kind: WithFields, spec: object, field: Field): Json {
  return canonicalOf("canonical", partsOf(kind, field).rule, fieldValue(kind, spec, field)).value();
}

/** The short hash of one field's canonical form. */
export function fieldHash(kind: WithFields, spec: object, field: Field): string {
  return canonicalOf("canonical", partsOf(kind, field).rule, fieldValue(kind, spec, field)).hash();
}

/** True when a hash, or its beginning, is that of this field, in the current canonical form or that of version 0.1. */
export function isHashOf(hash: string, kind: WithFields, spec: object, field: Field): boolean {
  return isHashOfValue(hash, kind, field, fieldValue(kind, spec, field));
}

/** The same for the value of a field. */
export function isHashOfValue(hash: string, kind: WithFields, field: Field, value: unknown): boolean {
  const { rule } = partsOf(kind, field);
  return (
    canonicalOf("canonical", rule, value).hash().startsWith(hash) ||
    canonicalOf("formerly", rule, value).hash().startsWith(hash)
  );
}

type Form = "canonical" | "formerly";

/** A canonical form with its JSON text and hash, each computed on demand. */
interface Canonical {
  value: () => Json;
  text: () => string;
  hash: () => string;
}

/**
 * Canonical forms by value: planning needs those of one value several times. Values of specs are never
 * changed in place, and each is the value of one field.
 */
const known: Record<Form, WeakMap<object, Canonical>> = { canonical: new WeakMap(), formerly: new WeakMap() };

function canonicalOf(form: Form, rule: FieldRule | undefined, value: unknown): Canonical {
  const make = () => formOf(form, rule)(value);
  if (typeof value !== "object" || value === null) return toLazy(make);
  const made = known[form].get(value) ?? toLazy(make);
  known[form].set(value, made);
  return made;
}

function formOf(form: Form, rule: FieldRule | undefined): (value: unknown) => Json {
  return rule === undefined || rule.isKeyed ? toCanonical : (rule[form] ?? rule.canonical);
}

function toLazy(make: () => Json): Canonical {
  let value: Json | undefined;
  let text: string | null = null;
  let hash: string | null = null;
  const asValue = () => (value === undefined ? (value = make()) : value);
  const asText = () => (text ??= canonicalJson(asValue()));
  return { value: asValue, text: asText, hash: () => (hash ??= shortHashOfText(asText())) };
}

/** The hash of every field that is set. */
export function fieldHashes(kind: WithFields, spec: object): FieldHashes {
  const hashes: FieldHashes = {};
  for (const field of fieldsOf(kind, spec)) {
    const hash = hashUnlessUnset(partsOf(kind, field).rule, fieldValue(kind, spec, field));
    if (hash !== null) hashes[field] = hash;
  }
  return hashes;
}

function hashUnlessUnset(rule: FieldRule | undefined, value: unknown): string | null {
  if (typeof value !== "object" || value === null) {
    const canonical = formOf("canonical", rule)(value);
    return canonical === null ? null : shortHashOfText(canonicalJson(canonical));
  }
  const canonical = canonicalOf("canonical", rule, value);
  return canonical.value() === null ? null : canonical.hash();
}

const unsetHash = shortHashOfText("null");

/** The hash of one field, whether it is set or not. */
export function hashAt(hashes: FieldHashes, field: Field): string {
  return hashes[field] ?? unsetHash;
}

/** The fields whose hashes differ, in reading order. */
export function movedFields(kind: WithFields, before: FieldHashes, after: FieldHashes): readonly Field[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return inReadingOrder(
    kind,
    [...fields].filter((field) => hashAt(before, field) !== hashAt(after, field)),
  );
}

/** True when a field is equal in two specs. */
export function isSameField(kind: WithFields, field: Field, one: object, other: object): boolean {
  return isSameValue(kind, field, fieldValue(kind, one, field), fieldValue(kind, other, field));
}

/** True when two values of one field are equal. */
export function isSameValue(kind: WithFields, field: Field, one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const { rule } = partsOf(kind, field);
  const canonical = canonicalOf("canonical", rule, one);
  if (!isAlike(one, other)) return canonical.text() === canonicalOf("canonical", rule, other).text();
  // Equal values share one canonical form: most planned values are unchanged, and computing the form is most of the work.
  if (typeof other === "object" && other !== null && !known.canonical.has(other)) known.canonical.set(other, canonical);
  return true;
}
