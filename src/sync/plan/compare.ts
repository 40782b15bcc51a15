import {
  type Field,
  canonicalField,
  canonicalFields,
  clearedValue,
  covers,
  fieldValue,
  inReadingOrder,
  isHashOf,
  isHidden,
  isSameField,
  isUnfinished,
} from "../../resources/fields.ts";
import type { Desired, ResourceKind } from "../../resources/resource.ts";
import type { Evidence } from "./evidence.ts";
import type { FieldChange, FieldDrift, Take } from "./plan-format.ts";

export interface Comparison {
  changes: FieldChange[];
  drift: FieldDrift[];
}

type Applied = Pick<Evidence, "applied" | "observed">;

/** For an object of which nothing was applied yet: every difference is a change. */
export const nothingApplied: Applied = { applied: {}, observed: {} };

/**
 * Compares three values of every managed field: last applied, declared and live. What the files changed is a change, what somebody
 * changed at the target is drift, both at once is a conflict.
 */
export function compareFields(
  kind: ResourceKind,
  desired: Desired,
  live: object,
  last: Applied,
  take: Take | null,
): Comparison {
  const comparison: Comparison = { changes: [], drift: [] };
  const wanted = declaredSpec(kind, desired);
  for (const field of managedFields(kind, desired, last)) {
    const found = verdict(kind, field, wanted, live, last);
    if (found === "same") continue;
    const before = fieldValue(kind, live, field);
    const after = desired.declared.includes(field) ? fieldValue(kind, wanted, field) : clearedValue(kind, field);
    if (found !== "change") {
      comparison.drift.push({ field, declared: after, live: before, conflict: found === "conflict", take });
    }
    if (found === "change" || take === "ours") comparison.changes.push({ field, before, after });
  }
  return comparison;
}

/** The fields of an object that is no longer declared, which somebody edited since they were applied. */
export function editedFields(kind: ResourceKind, live: object, last: Applied, take: Take | null): FieldDrift[] {
  return inReadingOrder(kind, Object.keys(last.applied))
    .filter((field) => isEdited(kind, field, live, last))
    .map((field) => ({ field, declared: null, live: fieldValue(kind, live, field), conflict: false, take }));
}

/** Every field that is set of an object that appears, or (backwards) of one that goes away. */
export function wholeObject(kind: ResourceKind, spec: object, direction: "appears" | "goes"): FieldChange[] {
  const set = Object.entries(canonicalFields(kind, spec)).filter(([, value]) => value !== null);
  return set.map(([field]) => {
    const value = fieldValue(kind, spec, field);
    return direction === "appears" ? { field, before: null, after: value } : { field, before: value, after: null };
  });
}

/** Declared now or at the last apply, and not left to the other side. */
function managedFields(kind: ResourceKind, desired: Desired, { applied }: Applied): Field[] {
  const all = new Set([...desired.declared, ...Object.keys(applied)]);
  return inReadingOrder(
    kind,
    [...all].filter((field) => !desired.ignore.some((pattern) => covers(pattern, field))),
  );
}

/** The spec without what the files do not declare. */
function declaredSpec(kind: ResourceKind, { declared, spec }: Desired): object {
  const names = Object.entries(kind.fields).map(([name, rule]: [string, { cleared: unknown; isKeyed: boolean }]) => {
    const value = fieldValue(kind, spec, name);
    if (!rule.isKeyed) return [name, declared.includes(name) ? value : rule.cleared];
    const own = Object.entries(value ?? {}).filter(([key]) => declared.includes(`${name}.${key}`));
    return [name, Object.fromEntries(own)];
  });
  return Object.fromEntries(names) as object;
}

function verdict(
  kind: ResourceKind,
  field: Field,
  wanted: object,
  live: object,
  last: Applied,
): "same" | "change" | "drift" | "conflict" {
  const applied = last.applied[field];
  if (isHidden(kind, field)) {
    const isSame =
      applied === undefined ? canonicalField(kind, wanted, field) === null : isHashOf(applied, kind, wanted, field);
    return isSame ? "same" : "change";
  }
  if (isSameField(kind, field, wanted, live)) return "same";
  if (applied === undefined || isUnfinished(kind, field, live, wanted)) return "change";
  const changedHere = !isHashOf(applied, kind, wanted, field);
  if (isEdited(kind, field, live, last)) return changedHere ? "conflict" : "drift";
  return changedHere ? "change" : "same";
}

function isEdited(kind: ResourceKind, field: Field, live: object, { applied, observed }: Applied): boolean {
  if (isHidden(kind, field) || isUnfinished(kind, field, live, null)) return false;
  const hash = observed[field] ?? applied[field];
  return hash !== undefined && !isHashOf(hash, kind, live, field);
}
