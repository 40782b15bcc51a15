import { hashOf, shortHashOf } from "../kit/hash.ts";
import type { Json } from "../kit/json.ts";
import { type Field, type FieldHashes } from "../resources/fields.ts";
import { addressWithin, isTemporaryOwner, ownerText } from "../resources/owner.ts";
import type { Live, Marker, ResourceKind } from "../resources/resource.ts";
import type { Plan } from "./plan/plan-format.ts";
import { canonicalField, canonicalFields } from "../resources/canonical-fields.ts";

/** Which project, at which target, and which API and account that target is. */
export interface Scope {
  project: string;
  target: string;
  origin: string;
}

/** The address under which this project owns the object at this target; `null` when it does not. */
export function ownAddress(scope: Pick<Scope, "project" | "target">, owner: string | null | undefined): string | null {
  return typeof owner === "string" ? addressWithin(scope, owner) : null;
}

/** True for an object that a test made for itself and will delete. */
export function isTemporary({ marker }: Pick<Live, "marker">): boolean {
  return marker !== null && isTemporaryOwner(marker.owner);
}

/** What a marker says besides its owner and commit. */
export interface MarkedState {
  /** A hash for each field that was managed, by `tokenOf`; `null` in a marker of version 0.1, which has one hash of all. */
  applied: ReadonlyMap<string, string> | null;
  protect: boolean;
  /** As `Desired.proof`. */
  proof: string | null;
}

const version = "2";
const protectedToken = "protected";
const isProof = /^(?:tested|untested):/;
/** The API's limit for a value of metadata. */
const longest = 512;
const hashLength = 8;

/** The marker to write with what is applied: `applied` has the hash of every managed field. */
export function markerFor(
  scope: Scope,
  address: string,
  { applied, protect, proof, rev }: { applied: FieldHashes; protect: boolean; proof: string | undefined; rev: string },
): Marker {
  return { owner: ownerText(scope, address), spec: markedText(applied, protect, proof), rev };
}

/** What a marker says of what is applied; `applied` has the hash of every managed field. */
export function markedText(applied: FieldHashes, protect: boolean, proof?: string): string {
  const tokens = Object.keys(applied).map((field) => `${tokenOf(field)}=${applied[field]?.slice(0, hashLength)}`);
  const words = [version, ...(protect ? [protectedToken] : []), ...(proof === undefined ? [] : [proof])];
  const whole = [...words, ...tokens.toSorted()].join(" ");
  return whole.length <= longest ? whole : words.join(" ");
}

/** True when a marker says that its object is protected. */
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

/** How a field is called in a marker: keys that users choose may be long, and hold anything. */
export function tokenOf(field: Field): string {
  return field.includes(".") ? `~${shortHashOf(field).slice(0, 6)}` : field;
}

/** True when two hashes of one value, of whatever length they were kept, are the same. */
export function isSameHash(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** The marker's `rev`: the commit, as `git describe --dirty` says it; empty outside a Git checkout. */
export function revText(git: Plan["git"]): string {
  return git === null ? "" : `${git.commit}${git.dirty ? "-dirty" : ""}`;
}

/** True when an object still is what its marker of version 0.1 says was applied; `managed` are the fields that it may have had. */
export function isUntouchedSince01(kind: ResourceKind, live: Live, managed: readonly Field[]): boolean {
  const own = managed.map((field) => [field, canonicalField(kind, live.spec, field)] as const);
  const hashes = [hashOfSet(own), hashOfSet(Object.entries(canonicalFields(kind, live.spec)))];
  return live.marker !== null && hashes.includes(live.marker.spec);
}

/** A field that is not set says the same as one that is not there. */
function hashOfSet(fields: readonly (readonly [Field, Json])[]): string {
  return hashOf(Object.fromEntries(fields.filter(([, value]) => value !== null)));
}
