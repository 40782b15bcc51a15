import type { LiveAssistant } from "../../resources/assistant/spec.ts";
import type { Desired } from "../desired.ts";
import { type Field, type FieldHashes, canonicalField, hashAt } from "../../resources/fields.ts";
import type { LockEntry } from "./lock.ts";
import { isUntouched } from "../marker.ts";
import type { PlannedResource } from "../plan/plan-format.ts";
import { shortHashOf } from "../../kit/hash.ts";

/** The lock's entry once a resource is as planned; `observed` are the hashes of the object as it is then. */
export function entryAfter(
  desired: Desired,
  id: string,
  observed: FieldHashes,
  planned: Pick<PlannedResource, "drift" | "protect">,
  previous: LockEntry | undefined,
): LockEntry {
  const left = planned.drift.filter(({ take }) => take !== "ours").map(({ field }) => field);
  const written = desired.declared.filter((field) => !left.includes(field));
  const applied = pick(declaredHashes(desired), written);
  const different = written.filter((field) => hashAt(observed, field) !== applied[field]);
  return {
    kind: "assistant",
    id,
    applied: { ...applied, ...pick(previous?.applied ?? declaredHashes(desired), left) },
    observed: { ...hashesOf(different, (field) => hashAt(observed, field)), ...pick(previous?.observed, left) },
    protect: planned.protect,
  };
}

/**
 * The entry of an object that only its marker tells about. When it was edited since it was applied, what was applied is
 * not known; then the files stand for it, so that every difference counts as an edit over there.
 */
export function rebuildEntry(live: LiveAssistant, desired: Desired): LockEntry {
  const applied = declaredHashes(isUntouched(live, desired) ? { ...desired, spec: live.spec } : desired);
  return { kind: "assistant", id: live.id, applied, observed: {}, protect: desired.protect };
}

/** The entry of an object that carries our marker but is declared nowhere: known, with nothing managed. */
export function orphanEntry(live: LiveAssistant): LockEntry {
  return { kind: "assistant", id: live.id, applied: {}, observed: {}, protect: false };
}

function declaredHashes({ declared, spec }: Desired): FieldHashes {
  return hashesOf(declared, (field) => shortHashOf(canonicalField(spec, field)));
}

function hashesOf(fields: readonly Field[], hash: (field: Field) => string): FieldHashes {
  return Object.fromEntries(fields.map((field) => [field, hash(field)]));
}

function pick(hashes: FieldHashes | undefined, fields: readonly Field[]): FieldHashes {
  return Object.fromEntries(Object.entries(hashes ?? {}).filter(([field]) => fields.includes(field)));
}
