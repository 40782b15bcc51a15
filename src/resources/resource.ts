import type { JsonObject } from "../kit/json.ts";
import type { Place } from "../problem.ts";
import type { Field, FieldHashes, FieldTable } from "./fields.ts";

/** A kind of thing that is synced: what its objects consist of, and how each part is compared, shown and cleared. */
export interface ResourceKind<S extends object = object> {
  /** The first part of its addresses: `assistant`. */
  name: string;
  /** What one and many are called in a sentence. */
  nouns: { one: string; many: string };
  /** True when its objects carry markers; whose the others are, only the lock knows, and what others say of them (`Registry.traces`). */
  isMarked: boolean;
  /** True for a kind that not every target has: it is looked for only when the files or the lock name one. */
  isOptional?: true;
  /** What people call an object; `null` when it has no name. */
  nameOf(this: void, spec: S): string | null;
  /** All that there is to say of objects of this kind, on one line for many of them; else each field has a line. */
  brief?(this: void, changes: readonly { before: Partial<S>; after: Partial<S> }[]): string;
  /** Every field, in the order in which people read them. */
  fields: FieldTable<S>;
}

/** A declared text that holds sensitive values. */
export interface SensitiveText {
  /** The text with hashes in place of the values. */
  shown: string;
  /** What the expressions that read sensitive variables gave. */
  values: readonly string[];
}

/** Known by hashes, or to be hashed once the ids of what it refers to are known. */
export type CountedAsApplied =
  | { kind: "hashes"; hashes: FieldHashes }
  | { kind: "spec"; spec: object; declared: readonly Field[] };

/** One object as the files want it at one target. */
export interface Desired<S extends object = object> {
  /** The name of its kind. */
  kind: string;
  /** `assistant.weather`. */
  address: string;
  spec: S;
  /** The fields that the files decide; all others belong to the other side. */
  declared: readonly Field[];
  protect: boolean;
  /** Fields that belong to whoever edits them at the target; they are written only when the object is made. */
  ignore: readonly Field[];
  /** The id of an existing object to take over. */
  adopt: string | null;
  /** What counts as last applied once the object is written; absent: what is declared. */
  applied?: CountedAsApplied;
  /** The declared fields that hold sensitive values; absent when there are none. */
  sensitive?: Readonly<Record<Field, SensitiveText>>;
  /** Objects at the target that the files name by id without managing them: they have to be there. */
  named?: readonly NamedObject[];
  /** What shows that it may be written, one word: `tested:FINGERPRINT`, or `untested:REASON`; absent when nobody asked. */
  proof?: string;
}

/** An object that somebody else looks after. */
export interface NamedObject {
  /** The name of its kind. */
  kind: string;
  id: string;
  place: Place;
}

/** Who owns a remote object; written in the same request that creates or changes it. */
export interface Marker {
  /** `project/target/address`. */
  owner: string;
  /** What was applied, as hashes. */
  spec: string;
  /** Git commit, or empty. */
  rev: string;
}

/** An object as it is at the target now. */
export interface Live<S extends object = object> {
  /** The name of its kind. */
  kind: string;
  id: string;
  /** Seconds since 1970. */
  createdAt: number;
  spec: S;
  marker: Marker | null;
  /** True for an object that can no longer be used, and has to be created again. */
  isExpired?: true;
  /** True for an object that shows that another hand than Playbill's wrote in it, and that is written again even when the files agree with it. */
  isEdited?: true;
  /** The object as the API gave it. */
  wire: JsonObject;
}

/** The kind with that name. Throws for a name that nobody knows: that is a bug. */
export function kindNamed(kinds: readonly ResourceKind[], name: string): ResourceKind {
  const kind = kinds.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`no kind of resource is called ${name}`);
  return kind;
}
