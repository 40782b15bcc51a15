import type { AssistantSpec } from "./assistant/spec.ts";
import { canonicalResponseFormat, canonicalTools } from "./assistant/canonical.ts";
import { type Json, compareText, toCanonical } from "../kit/json.ts";
import { shortHashOf } from "../kit/hash.ts";

/** What is compared and owned one by one: `temperature`, `tools`, and every metadata key as `metadata.team`. */
export type Field = string;

/** A short hash a field. A field that is not named is not set. */
export type FieldHashes = Record<Field, string>;

type PlainField = Exclude<keyof AssistantSpec, "metadata">;

const metadataPrefix = "metadata.";

/** How each field is made comparable: the API's default, the empty text and "not set" are all `null`. */
const canonicalForms: { [F in PlainField]: (value: AssistantSpec[F]) => Json } = {
  name: (text) => toCanonical(text || null),
  description: (text) => toCanonical(text || null),
  model: (text) => text,
  instructions: (text) => toCanonical(text || null),
  temperature: (number) => (number === 1 ? null : number),
  top_p: (number) => (number === 1 ? null : number),
  response_format: canonicalResponseFormat,
  reasoning_effort: (text) => text,
  tools: canonicalTools,
};
const plainFields = Object.keys(canonicalForms) as PlainField[];

/** Every field of a spec in canonical form, in the order in which people read them. */
export function canonicalFields(spec: AssistantSpec): Record<Field, Json> {
  const plain = plainFields.map((field) => [field, canonicalField(spec, field)]);
  const metadata = Object.keys(spec.metadata)
    .toSorted(compareText)
    .map((key) => [metadataPrefix + key, canonicalField(spec, metadataPrefix + key)]);
  return Object.fromEntries([...plain, ...metadata]);
}

/** One field in canonical form; `null` when it is not set. */
export function canonicalField(spec: AssistantSpec, field: Field): Json {
  const value = fieldValue(spec, field);
  if (!isPlain(field)) return toCanonical(value);
  return (canonicalForms[field] as (value: unknown) => Json)(value);
}

/** One field as it stands in the spec. */
export function fieldValue(spec: AssistantSpec, field: Field): unknown {
  return isPlain(field) ? spec[field] : (spec.metadata[metadataKey(field)] ?? null);
}

/** The hash of every field that is set. */
export function fieldHashes(spec: AssistantSpec): FieldHashes {
  const set = Object.entries(canonicalFields(spec)).filter(([, value]) => value !== null);
  return Object.fromEntries(set.map(([field, value]) => [field, shortHashOf(value)]));
}

const unsetHash = shortHashOf(null);

/** The hash of one field, whether it is set or not. */
export function hashAt(hashes: FieldHashes, field: Field): string {
  return hashes[field] ?? unsetHash;
}

/** The fields whose hashes differ, in reading order. */
export function movedFields(before: FieldHashes, after: FieldHashes): Field[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return inReadingOrder([...fields].filter((field) => hashAt(before, field) !== hashAt(after, field)));
}

/** What a field becomes when nobody declares it any more. */
export function clearedValue(field: Field): unknown {
  if (field === "tools") return [];
  return field === "response_format" ? "auto" : null;
}

/** The keys of `metadata` as fields, other fields as they are. */
export function expandFields(fields: readonly Field[], metadata: Record<string, string>): Field[] {
  return fields.flatMap((field) =>
    field === "metadata" ? Object.keys(metadata).map((key) => metadataPrefix + key) : [field],
  );
}

/** True when `field` is `pattern` or lies in it: `metadata` covers `metadata.team`. */
export function covers(pattern: Field, field: Field): boolean {
  return field === pattern || field.startsWith(`${pattern}.`);
}

/** Fields first as in the YAML, then metadata by key. */
export function inReadingOrder(fields: readonly Field[]): Field[] {
  const rank = (field: Field) => (isPlain(field) ? plainFields.indexOf(field) : plainFields.length);
  return fields.toSorted((a, b) => rank(a) - rank(b) || compareText(a, b));
}

/** The part of a spec to send so that each field gets its new value; metadata that is not named stays as in `base`. */
export function toChanges(
  changes: readonly { field: Field; after: unknown }[],
  base: AssistantSpec,
): Partial<AssistantSpec> {
  const plain = changes.filter(({ field }) => isPlain(field)).map(({ field, after }) => [field, after]);
  const metadata = changes.filter(({ field }) => !isPlain(field));
  if (metadata.length === 0) return Object.fromEntries(plain);
  const merged = { ...base.metadata };
  for (const { field, after } of metadata) {
    if (typeof after === "string") merged[metadataKey(field)] = after;
    else delete merged[metadataKey(field)];
  }
  return { ...Object.fromEntries(plain), metadata: merged };
}

function isPlain(field: Field): field is PlainField {
  return Object.hasOwn(canonicalForms, field);
}

function metadataKey(field: Field): string {
  return field.slice(metadataPrefix.length);
}
