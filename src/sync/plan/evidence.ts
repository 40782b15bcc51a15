import { type Field, type FieldHashes, clearedValue, covers, isHidden, isUnfinished } from "../../resources/fields.ts";
import type { Desired, Live, Marker, ResourceKind } from "../../resources/resource.ts";
import type { LockEntry } from "../lock/lock.ts";
import { isSameHash, isUntouchedSince01, markedText, parseMarked, tokenOf } from "../marker.ts";
import { canonicalField, canonicalFields, fieldHash, isHashOf } from "../../resources/canonical-fields.ts";

/** What was last applied to an object, as far as it can be known. */
export interface Evidence {
  /** The hash of each managed field as it was last sent. */
  applied: FieldHashes;
  /** The hashes of those that the target keeps differently from how they were sent. */
  observed: FieldHashes;
  protect: boolean;
  /**
   * `lock`: from the lock. `marker`: from the object's own marker, because the lock does not know of the last sync. `files`: not known;
   * the files stand for it, so that every difference counts as an edit at the target. `behind`: from the lock, or from the files when
   * there is none, while a sync of a commit that this checkout does not have was the last to write it.
   */
  source: "lock" | "marker" | "files" | "behind";
}

/**
 * Tells whether the files come after the sync that wrote a marker: because its commit is part of the checkout's history, or because it was a
 * sync from this working copy that was cut off. `unknown` when the marker names no commit, or outside a Git checkout.
 */
export type History = (marker: Marker) => "contained" | "not_contained" | "unknown";

/**
 * What was last applied: by the lock, unless the marker tells of a later sync. A marker is believed when the commit that it names is part
 * of this checkout's history, because the files then come after what it tells of. `desired` is `null` for what is not declared, `entry`
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

/** True when a marker was written by the sync that wrote the lock's entry, as nearly all were: then it tells nothing more. */
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
 * True when the marker tells of a later sync than the lock: a field is as the marker says and not as the lock says. The lock may be ahead
 * too, when files and target came to agree without a write.
 */
function isAhead(
  kind: ResourceKind,
  live: Live,
  { desired, entry, marked }: { desired: Desired | null; entry: LockEntry; marked: FieldHashes },
): boolean {
  return Object.entries(marked).some(([field, hash]) => {
    if (isHidden(kind, field)) return false;
    // Half of a later sync is a later sync.
    if (isUnfinished(kind, field, live.spec, clearedValue(kind, field)))
      return !isSameHash(hash, entry.applied[field] ?? "");
    if (!isHashOf(hash, kind, live.spec, field)) return false;
    const applied = entry.applied[field];
    if (applied !== undefined) return !isHashOf(entry.observed[field] ?? applied, kind, live.spec, field);
    const isIgnored = desired?.ignore.some((pattern) => covers(pattern, field)) ?? false;
    return !isIgnored && canonicalField(kind, live.spec, field) !== null;
  });
}

/** True when a field is not as the object's own marker says that it was applied. */
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

/** The fields that may have been managed: a marker names keys that users chose only by a hash. */
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

/** What the marker says was applied, field by field; `null` when it does not say. */
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

/** Markers have only the beginnings of hashes; the lock is the same whichever way it was made. */
function wholeHash(hash: string, kind: ResourceKind, field: Field, specs: readonly (object | undefined)[]): string {
  const found = specs.find((spec) => spec !== undefined && isHashOf(hash, kind, spec, field));
  return found === undefined ? hash : fieldHash(kind, found, field);
}

/** A marker of version 0.1 has one hash of all: it tells of an object that nobody edited since, and of no other. */
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
