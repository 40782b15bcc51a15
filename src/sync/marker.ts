import type { LiveAssistant, Marker } from "../resources/assistant/spec.ts";
import { isTemporaryOwner, ownerText, parseOwner } from "../resources/owner.ts";
import { type Field, canonicalFields, canonicalField } from "../resources/fields.ts";
import type { Desired } from "./desired.ts";
import type { Plan } from "./plan/plan-format.ts";
import type { Json } from "../kit/json.ts";
import { hashOf } from "../kit/hash.ts";

/** Which project, at which target, and which API and account that target is. */
export interface Scope {
  project: string;
  target: string;
  origin: string;
}

/** The address under which this project owns the object at this target; `null` when it does not. */
export function ownAddress(scope: Scope, owner: string | undefined): string | null {
  const parsed = owner === undefined ? null : parseOwner(owner);
  return parsed?.project === scope.project && parsed.target === scope.target ? parsed.address : null;
}

/** True for an object that a test made for itself and will delete. */
export function isTemporary(live: LiveAssistant): boolean {
  return live.marker !== null && isTemporaryOwner(live.marker.owner);
}

/** The marker to write with what is applied now. */
export function markerFor(scope: Scope, desired: Desired, rev: string): Marker {
  return { owner: ownerText(scope, desired.address), spec: appliedHash(desired), rev };
}

/** The marker's `rev`: the commit, as `git describe --dirty` says it; empty outside a Git checkout. */
export function revText(git: Plan["git"]): string {
  return git === null ? "" : `${git.commit}${git.dirty ? "-dirty" : ""}`;
}

/** True when the object still is what its marker says was applied: nobody has edited it since. */
export function isUntouched(live: LiveAssistant, desired: Desired): boolean {
  const declared = desired.declared.map((field) => [field, canonicalField(live.spec, field)] as const);
  const hashes = [hashOfSet(declared), hashOfSet(Object.entries(canonicalFields(live.spec)))];
  return live.marker !== null && hashes.includes(live.marker.spec);
}

function appliedHash({ declared, spec }: Desired): string {
  return hashOfSet(declared.map((field) => [field, canonicalField(spec, field)]));
}

/** A field that is not set says the same as one that is not there. */
function hashOfSet(fields: readonly (readonly [Field, Json])[]): string {
  return hashOf(Object.fromEntries(fields.filter(([, value]) => value !== null)));
}
