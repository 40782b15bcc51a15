import {
  type Field,
  clearedValue,
  covers,
  fieldValue,
  inReadingOrder,
  isHidden,
  isUnfinished,
} from "../../resources/fields.ts";
import type { Desired, ResourceKind } from "../../resources/resource.ts";
import type { Evidence } from "./evidence.ts";
import type { FieldChange, FieldDrift, Take } from "./plan-format.ts";
import { canonicalFields, isHashOf, isHashOfValue, isSameValue } from "../../resources/canonical-fields.ts";

export interface Comparison {
  changes: FieldChange[];
  drift: FieldDrift[];
}

type Applied = Pick<Evidence, "applied" | "observed">;

/** For an object to which nothing was applied yet: every difference is a change. */
export const nothingApplied: Applied = { applied: {}, observed: {} };

/**
 * Compares three values of every managed field: last applied, declared and live. A difference made in the files is a change, one
 * made at the target is drift, and both at once are a conflict.
 */
export function compareFields(
  kind: ResourceKind,
  desired: Desired,
  live: object,
  last: Applied,
  take: Take | null,
): Comparison {
  const comparison: Comparison = { changes: [], drift: [] };
  for (const field of managedFields(kind, desired, last)) {
    const after = desired.declared.includes(field) ? fieldValue(kind, desired.spec, field) : clearedValue(kind, field);
    const found = verdict(kind, field, after, live, last);
    if (found === "same") continue;
    const before = fieldValue(kind, live, field);
    if (found !== "change") {
      comparison.drift.push({ field, declared: after, live: before, conflict: found === "conflict", take });
    }
    if (found === "change" || take === "ours") comparison.changes.push({ field, before, after });
  }
  return comparison;
}

/** The fields of an undeclared object that were edited since they were applied. */
export function editedFields(kind: ResourceKind, live: object, last: Applied, take: Take | null): FieldDrift[] {
  return inReadingOrder(kind, Object.keys(last.applied))
    .filter((field) => isEdited(kind, field, live, last))
    .map((field) => ({ field, declared: null, live: fieldValue(kind, live, field), conflict: false, take }));
}

/** A change for every set field of an object that appears, or, in reverse, of one that goes away. */
export function wholeObject(kind: ResourceKind, spec: object, direction: "appears" | "goes"): FieldChange[] {
  const set = Object.entries(canonicalFields(kind, spec)).filter(([, value]) => value !== null);
  return set.map(([field]) => {
    const value = fieldValue(kind, spec, field);
    return direction === "appears" ? { field, before: null, after: value } : { field, before: value, after: null };
  });
}

/** The fields that are declared now or were at the last apply, and are not ignored. */
function managedFields(kind: ResourceKind, { declared, ignore }: Desired, { applied }: Applied): readonly Field[] {
  const dropped = Object.keys(applied).filter((field) => !declared.includes(field));
  const all = dropped.length === 0 ? declared : [...declared, ...dropped];
  return inReadingOrder(
    kind,
    all.filter((field) => !ignore.some((pattern) => covers(pattern, field))),
  );
}

/** `wanted` is the value in the files, or the cleared value of a field that they do not declare. */
function verdict(
  kind: ResourceKind,
  field: Field,
  wanted: unknown,
  live: object,
  last: Applied,
): "same" | "change" | "drift" | "conflict" {
  const applied = last.applied[field];
  if (isHidden(kind, field)) {
    const isSame =
      applied === undefined
        ? isSameValue(kind, field, wanted, clearedValue(kind, field))
        : isHashOfValue(applied, kind, field, wanted);
    return isSame ? "same" : "change";
  }
  if (isSameValue(kind, field, wanted, fieldValue(kind, live, field))) return "same";
  if (applied === undefined || isUnfinished(kind, field, live, wanted)) return "change";
  const changedHere = !isHashOfValue(applied, kind, field, wanted);
  if (isEdited(kind, field, live, last)) return changedHere ? "conflict" : "drift";
  return changedHere ? "change" : "same";
}

function isEdited(kind: ResourceKind, field: Field, live: object, { applied, observed }: Applied): boolean {
  if (isHidden(kind, field) || isUnfinished(kind, field, live, clearedValue(kind, field))) return false;
  const hash = observed[field] ?? applied[field];
  return hash !== undefined && !isHashOf(hash, kind, live, field);
}
