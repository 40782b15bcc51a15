import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Desired } from "../desired.ts";
import {
  type Field,
  canonicalField,
  canonicalFields,
  clearedValue,
  covers,
  fieldValue,
  inReadingOrder,
} from "../../resources/fields.ts";
import type { LockEntry } from "../lock/lock.ts";
import type { FieldChange, FieldDrift, Take } from "./plan-format.ts";
import { type Json, canonicalJson } from "../../kit/json.ts";
import { shortHashOf } from "../../kit/hash.ts";

interface Comparison {
  changes: FieldChange[];
  drift: FieldDrift[];
}

/**
 * Compares three values of every managed field: last applied (`entry`; without one, nothing was), declared and live.
 * What the files changed is a change, what somebody changed over there is drift, both at once is a conflict.
 */
export function compareFields(
  desired: Desired,
  live: AssistantSpec,
  entry: LockEntry | null,
  take: Take | null,
): Comparison {
  const comparison: Comparison = { changes: [], drift: [] };
  for (const field of managedFields(desired, entry)) {
    const declared = declaredValue(desired, field);
    const found = verdict(field, declared.canonical, canonicalField(live, field), entry);
    if (found === "same") continue;
    const before = fieldValue(live, field);
    if (found !== "change") {
      comparison.drift.push({ field, declared: declared.value, live: before, conflict: found === "conflict", take });
    }
    if (found === "change" || take === "ours") comparison.changes.push({ field, before, after: declared.value });
  }
  return comparison;
}

/** Every field that is set of an object that appears, or (backwards) of one that goes away. */
export function wholeObject(spec: AssistantSpec, direction: "appears" | "goes"): FieldChange[] {
  const set = Object.entries(canonicalFields(spec)).filter(([, value]) => value !== null);
  return set.map(([field]) => {
    const value = fieldValue(spec, field);
    return direction === "appears" ? { field, before: null, after: value } : { field, before: value, after: null };
  });
}

/** Declared now or at the last apply, and not left to the other side. */
function managedFields(desired: Desired, entry: LockEntry | null): Field[] {
  const all = new Set([...desired.declared, ...Object.keys(entry?.applied ?? {})]);
  return inReadingOrder([...all].filter((field) => !desired.ignore.some((pattern) => covers(pattern, field))));
}

function declaredValue({ declared, spec }: Desired, field: Field): { value: unknown; canonical: Json } {
  if (!declared.includes(field)) return { value: clearedValue(field), canonical: null };
  return { value: fieldValue(spec, field), canonical: canonicalField(spec, field) };
}

function verdict(
  field: Field,
  declared: Json,
  live: Json,
  entry: LockEntry | null,
): "same" | "change" | "drift" | "conflict" {
  if (canonicalJson(declared) === canonicalJson(live)) return "same";
  const applied = entry?.applied[field];
  if (applied === undefined) return "change";
  const changedHere = shortHashOf(declared) !== applied;
  const changedThere = shortHashOf(live) !== (entry?.observed[field] ?? applied);
  if (changedThere) return changedHere ? "conflict" : "drift";
  return changedHere ? "change" : "same";
}
