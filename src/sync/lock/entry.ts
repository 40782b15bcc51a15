import { compareText } from "../../kit/json.ts";
import { type Field, type FieldHashes, isHidden } from "../../resources/fields.ts";
import type { Desired, Live, ResourceKind } from "../../resources/resource.ts";
import { declaredHashes, evidenceFor, type History } from "../plan/evidence.ts";
import type { FieldDrift } from "../plan/plan-format.ts";
import { parseMarked } from "../marker.ts";
import { type LockEntry, withDeposed } from "./lock.ts";
import { hashAt } from "../../resources/canonical-fields.ts";

/** What is known about a resource after it was applied. */
interface AppliedResource {
  drift: readonly FieldDrift[];
  protect: boolean;
}

/** The hash of every managed field once a resource is as planned. Fields left as they were edited keep the hash last applied. */
export function appliedHashes(
  kind: ResourceKind,
  desired: Desired,
  { drift }: Pick<AppliedResource, "drift">,
  previous: FieldHashes | undefined,
): FieldHashes {
  if (desired.applied !== undefined) {
    return desired.applied.kind === "hashes" ? desired.applied.hashes : declaredHashes(kind, desired.applied);
  }
  const left = leftFields(drift);
  const declared = declaredHashes(kind, desired);
  const written = Object.keys(declared).filter((field) => !left.includes(field));
  return { ...pick(declared, written), ...pick(previous ?? declared, left) };
}

/** The lock's entry once a resource is as planned; `live` is the object at that time. */
export function entryAfter(
  kind: ResourceKind,
  desired: Desired,
  live: Pick<Live, "id"> & { observed: FieldHashes },
  planned: AppliedResource,
  previous: Pick<LockEntry, "applied" | "observed" | "sensitive"> | undefined,
): LockEntry {
  const left = leftFields(planned.drift);
  const applied = appliedHashes(kind, desired, planned, previous?.applied);
  const isKept = (field: Field) => left.includes(field) || desired.applied !== undefined;
  const different = Object.keys(applied).filter(
    (field) => !isKept(field) && !isHidden(kind, field) && hashAt(live.observed, field) !== applied[field],
  );
  const observed = Object.fromEntries(different.map((field) => [field, hashAt(live.observed, field)]));
  return {
    kind: kind.name,
    id: live.id,
    applied,
    observed: { ...observed, ...pick(previous?.observed, Object.keys(previous?.observed ?? {}).filter(isKept)) },
    protect: planned.protect,
    ...(desired.proof !== undefined && { proof: desired.proof }),
    ...sensitiveIn([
      ...sensitiveFields(desired),
      ...(previous?.sensitive ?? []).filter((field) => left.includes(field)),
    ]),
  };
}

/** The declared fields that hold sensitive values. */
export function sensitiveFields(desired: Pick<Desired, "sensitive"> | null): Field[] {
  return Object.keys(desired?.sensitive ?? {});
}

function sensitiveIn(fields: readonly Field[]): Pick<LockEntry, "sensitive"> {
  return fields.length === 0 ? {} : { sensitive: [...new Set(fields)].toSorted(compareText) };
}

/** The entry of an object that carries Playbill's marker, rebuilt from the marker; `desired` is `null` for an undeclared one. */
export function rebuildEntry(
  kind: ResourceKind,
  live: Live,
  known: { desired: Desired | null; entry: LockEntry | null; history: History },
): LockEntry {
  const { applied, observed, protect } = evidenceFor(kind, live, known);
  const sensitive = sensitiveIn([...sensitiveFields(known.desired), ...(known.entry?.sensitive ?? [])]);
  const proof = live.marker === null ? null : parseMarked(live.marker).proof;
  const shown = proof === null ? {} : { proof };
  const entry = { kind: kind.name, id: live.id, applied, observed, protect, ...shown, ...sensitive };
  return withDeposed(entry, known.entry?.deposed ?? []);
}

function leftFields(drift: readonly FieldDrift[]): Field[] {
  return drift.filter(({ take }) => take !== "ours").map(({ field }) => field);
}

function pick(hashes: FieldHashes | undefined, fields: readonly Field[]): FieldHashes {
  return Object.fromEntries(Object.entries(hashes ?? {}).filter(([field]) => fields.includes(field)));
}
