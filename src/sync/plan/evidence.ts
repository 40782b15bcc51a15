import { type Field, type FieldHashes, clearedValue, covers, isHidden, isUnfinished } from "../../resources/fields.ts";
import type { Desired, Live, Marker, ResourceKind } from "../../resources/resource.ts";
import type { LockEntry } from "../lock/lock.ts";
import { isSameHash, isUntouchedSince01, markedText, parseMarked, tokenOf } from "../marker.ts";
import { canonicalField, canonicalFields, fieldHash, isHashOf } from "../../resources/canonical-fields.ts";

/** What was last applied to an object, as far as it is known. */
export interface Evidence {
  /** The hash of each managed field as it was last sent. */
  applied: FieldHashes;
  /** The hashes of fields that the target stores differently from how they were sent. */
  observed: FieldHashes;
  protect: boolean;
  /**
   * `lock`: from the lock. `marker`: from the object's own marker, because the lock does not include the last sync. `files`: unknown;
   * the files are used, so that every difference counts as an edit at the target. `behind`: from the lock, or from the files when
   * there is none, while the last write was by a sync of a commit that this checkout does not have.
   */
  source: "lock" | "marker" | "files" | "behind";
}

/**
 * Determines whether the files are newer than the sync that wrote a marker: its commit is part of the checkout's history, or it was an
 * interrupted sync from this working copy. `unknown` when the marker names no commit, or outside a Git checkout.
 */
export type History = (marker: Marker) => "contained" | "not_contained" | "unknown";

/**
 * What was last applied: from the lock, unless the marker shows a later sync. A marker is trusted when the commit that it names is part
 * of this checkout's history, because the files are then newer than that sync. `desired` is `null` for what is not declared, `entry`
 * when the lock does not have it.
 */
export function evidenceFor(
  kind: ResourceKind,
  live: Live,
  { desired, entry, history }: { desired: Desired | null; entry: LockEntry | null; history: History },
): Evidence {
  if (entry !== null && live.marker !== null && saysTheSame(live.marker, entry, desired)) {
    return { applied: entry.applied, observed: entry.observed, protect: entry.protect, source: "lock" };
  }
  const marked = markedHashes(kind, live, desired, entry);
  const protect =
    (entry?.protect ?? false) ||
    (desired?.protect ?? false) ||
    (live.marker !== null && parseMarked(live.marker).protect);
  if (entry !== null && (marked === null || !isAhead(kind, live, { desired, entry, marked }))) {
    return { applied: entry.applied, observed: entry.observed, protect, source: "lock" };
  }
  const standsIn = entry ?? { applied: desired === null ? {} : declaredHashes(kind, desired), observed: {} };
  const fallback = { applied: standsIn.applied, observed: standsIn.observed, protect };
  if (marked === null) return { ...fallback, source: "files" };
  const known = live.marker === null ? "unknown" : history(live.marker);
  if (known === "contained" || (known === "unknown" && entry === null)) {
    const observed = Object.entries(entry?.observed ?? {}).filter(([field]) => {
      const hash = entry?.applied[field];
      return hash !== undefined && (marked[field] === undefined || isSameHash(hash, marked[field]));
    });
    const applied = { ...entry?.applied, ...marked };
    return { applied, observed: Object.fromEntries(observed), protect, source: "marker" };
  }
  return { ...fallback, source: "behind" };
}

/** True when a marker was written by the sync that wrote the lock's entry, the usual case: then it adds nothing. */
function saysTheSame(
  marker: Marker,
  { applied, observed, protect, proof }: LockEntry,
  desired: Desired | null,
): boolean {
  const isProtected = protect || (desired?.protect ?? false);
  return (
    Object.keys(observed).length === 0 && isProtected === protect && marker.spec === markedText(applied, protect, proof)
  );
}

/**
 * True when the marker shows a later sync than the lock: a field matches the marker and not the lock. The lock may be ahead
 * too, when files and target became equal without a write.
 */
function isAhead(
  kind: ResourceKind,
  live: Live,
  { desired, entry, marked }: { desired: Desired | null; entry: LockEntry; marked: FieldHashes },
): boolean {
  return Object.entries(marked).some(([field, hash]) => {
    if (isHidden(kind, field)) return false;
    // A partly finished later sync is a later sync too.
    if (isUnfinished(kind, field, live.spec, clearedValue(kind, field)))
      return !isSameHash(hash, entry.applied[field] ?? "");
    if (!isHashOf(hash, kind, live.spec, field)) return false;
    const applied = entry.applied[field];
    if (applied !== undefined) return !isHashOf(entry.observed[field] ?? applied, kind, live.spec, field);
    const isIgnored = desired?.ignore.some((pattern) => covers(pattern, field)) ?? false;
    return !isIgnored && canonicalField(kind, live.spec, field) !== null;
  });
}

/** True when a field differs from what the object's own marker states was applied. */
export function isEditedSinceMarked(kind: ResourceKind, live: Live): boolean {
  const marked = markedHashes(kind, live, null, null) ?? {};
  return Object.entries(marked).some(
    ([field, hash]) =>
      !isHidden(kind, field) &&
      !isUnfinished(kind, field, live.spec, clearedValue(kind, field)) &&
      !isHashOf(hash, kind, live.spec, field),
  );
}

/** The hash of each declared field. */
export function declaredHashes(
  kind: ResourceKind,
  { declared, spec }: Pick<Desired, "declared" | "spec">,
): FieldHashes {
  return Object.fromEntries(declared.map((field) => [field, fieldHash(kind, spec, field)]));
}

/** The fields that may have been managed: a marker names user-chosen keys only by a hash. */
function candidatesFor(kind: ResourceKind, live: Live, desired: Desired | null, entry: LockEntry | null): Field[] {
  const all = [
    ...Object.entries(kind.fields).flatMap(([name, { isKeyed }]: [string, { isKeyed: boolean }]) =>
      isKeyed ? [] : [name],
    ),
    ...Object.keys(canonicalFields(kind, live.spec)),
    ...(desired?.declared ?? []),
    ...Object.keys(entry?.applied ?? {}),
  ];
  return [...new Set(all)];
}

/** The hashes that the marker states were applied, by field; `null` when it has none. */
function markedHashes(
  kind: ResourceKind,
  live: Live,
  desired: Desired | null,
  entry: LockEntry | null,
): FieldHashes | null {
  if (live.marker === null) return null;
  const { applied } = parseMarked(live.marker);
  if (applied === null) return hashesSince01(kind, live, desired, entry);
  return Object.fromEntries(
    candidatesFor(kind, live, desired, entry).flatMap((field) => {
      const hash = applied.get(tokenOf(field));
      return hash === undefined ? [] : [[field, wholeHash(hash, kind, field, [live.spec, desired?.spec])] as const];
    }),
  );
}

/** The full hash for a marker's shortened one, so that a lock is the same however it was made. */
function wholeHash(hash: string, kind: ResourceKind, field: Field, specs: readonly (object | undefined)[]): string {
  const found = specs.find((spec) => spec !== undefined && isHashOf(hash, kind, spec, field));
  return found === undefined ? hash : fieldHash(kind, found, field);
}

/** The hashes for a marker of version 0.1, which has one hash of all fields: known only when the object was not edited since. */
function hashesSince01(
  kind: ResourceKind,
  live: Live,
  desired: Desired | null,
  entry: LockEntry | null,
): FieldHashes | null {
  const declared = desired?.declared ?? [];
  const managed = entry === null ? declared : Object.keys(entry.applied);
  if (![managed, declared].some((fields) => isUntouchedSince01(kind, live, fields))) return null;
  return declaredHashes(kind, { declared: managed, spec: live.spec });
}
