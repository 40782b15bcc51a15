import { hashOf, shortHashOf } from "../kit/hash.ts";
import type { Json } from "../kit/json.ts";
import { type Field, type FieldHashes } from "../resources/fields.ts";
import { addressWithin, isTemporaryOwner, ownerText } from "../resources/owner.ts";
import type { Live, Marker, ResourceKind } from "../resources/resource.ts";
import type { Plan } from "./plan/plan-format.ts";
import { canonicalField, canonicalFields } from "../resources/canonical-fields.ts";

/** A project, a target, and the target's API and account. */
export interface Scope {
  project: string;
  target: string;
  origin: string;
}

/** The address under which this project owns the object at this target; `null` when it does not. */
export function ownAddress(scope: Pick<Scope, "project" | "target">, owner: string | null | undefined): string | null {
  return typeof owner === "string" ? addressWithin(scope, owner) : null;
}

/** True for a temporary object of a test run. */
export function isTemporary({ marker }: Pick<Live, "marker">): boolean {
  return marker !== null && isTemporaryOwner(marker.owner);
}

/** The state in a marker, besides its owner and commit. */
export interface MarkedState {
  /** A hash for each managed field, by `tokenOf`; `null` in a marker of version 0.1, which has one hash of all fields. */
  applied: ReadonlyMap<string, string> | null;
  protect: boolean;
  /** See `Desired.proof`. */
  proof: string | null;
}

const version = "2";
const protectedToken = "protected";
const isProof = /^(?:tested|untested):/;
/** The API's limit for a metadata value, in characters. */
const longest = 512;
const hashLength = 8;

/** The marker to write for what is applied; `applied` has the hash of every managed field. */
export function markerFor(
  scope: Scope,
  address: string,
  { applied, protect, proof, rev }: { applied: FieldHashes; protect: boolean; proof: string | undefined; rev: string },
): Marker {
  return { owner: ownerText(scope, address), spec: markedText(applied, protect, proof), rev };
}

/** The marker's text for what is applied; `applied` has the hash of every managed field. */
export function markedText(applied: FieldHashes, protect: boolean, proof?: string): string {
  const tokens = Object.keys(applied).map((field) => `${tokenOf(field)}=${applied[field]?.slice(0, hashLength)}`);
  const words = [version, ...(protect ? [protectedToken] : []), ...(proof === undefined ? [] : [proof])];
  const whole = [...words, ...tokens.toSorted()].join(" ");
  return whole.length <= longest ? whole : words.join(" ");
}

/** True when a marker states that its object is protected. */
export function isMarkedProtected({ spec }: Marker): boolean {
  const [first, second] = spec.split(" ", 2);
  return first === version && second === protectedToken;
}

/** The same marker without its protection. */
export function unprotected(marker: Marker): Marker {
  const words = marker.spec.split(" ").filter((word) => word !== protectedToken);
  return { ...marker, spec: words.join(" ") };
}

/** Reads a marker's `spec`. */
export function parseMarked({ spec }: Marker): MarkedState {
  const [first, ...words] = spec.split(" ");
  if (first !== version) return { applied: null, protect: false, proof: null };
  const pairs = words.filter((word) => word.includes("=")).map((word) => word.split("=", 2) as [string, string]);
  return {
    applied: pairs.length === 0 ? null : new Map(pairs),
    protect: words.includes(protectedToken),
    proof: words.find((word) => isProof.test(word)) ?? null,
  };
}

/** The name of a field in a marker: keys that users choose may be long and contain any character. */
export function tokenOf(field: Field): string {
  return field.includes(".") ? `~${shortHashOf(field).slice(0, 6)}` : field;
}

/** True when two hashes are equal; either may be shortened. */
export function isSameHash(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** The marker's `rev`: the commit, in the form of `git describe --dirty`; empty outside a Git checkout. */
export function revText(git: Plan["git"]): string {
  return git === null ? "" : `${git.commit}${git.dirty ? "-dirty" : ""}`;
}

/** True when an object is still as its marker of version 0.1 states that it was applied; `managed` are the fields that it may have had. */
export function isUntouchedSince01(kind: ResourceKind, live: Live, managed: readonly Field[]): boolean {
  const own = managed.map((field) => [field, canonicalField(kind, live.spec, field)] as const);
  const hashes = [hashOfSet(own), hashOfSet(Object.entries(canonicalFields(kind, live.spec)))];
  return live.marker !== null && hashes.includes(live.marker.spec);
}

/** A field that is not set equals one that is missing. */
function hashOfSet(fields: readonly (readonly [Field, Json])[]): string {
  return hashOf(Object.fromEntries(fields.filter(([, value]) => value !== null)));
}
