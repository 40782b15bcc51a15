import type { JsonObject } from "../kit/json.ts";
import type { Place } from "../problem.ts";
import type { Field, FieldHashes, FieldTable } from "./fields.ts";

/** A kind of resource that is synced: the fields of its objects, and how each is compared, shown and cleared. */
export interface ResourceKind<S extends object = object> {
  /** The first part of its addresses: `assistant`. */
  name: string;
  /** Its names in a sentence, singular and plural. */
  nouns: { one: string; many: string };
  /** True when its objects carry markers. The owners of other objects are known only from the lock and from traces (`Registry.traces`). */
  isMarked: boolean;
  /** True for a kind that not every target has: it is listed only when the files or the lock name one. */
  isOptional?: true;
  /** The display name of an object; `null` when it has none. */
  nameOf(this: void, spec: S): string | null;
  /** Describes the changes of objects of this kind on one line, also for many of them; when absent, each field has a line. */
  brief?(this: void, changes: readonly { before: Partial<S>; after: Partial<S> }[]): string;
  /** Every field, in reading order. */
  fields: FieldTable<S>;
}

/** A declared text that contains sensitive values. */
export interface SensitiveText {
  /** The text with hashes in place of the values. */
  shown: string;
  /** The results of the expressions that read sensitive variables. */
  values: readonly string[];
}

/** What counts as applied: hashes, or a spec to be hashed when the ids of its references are known. */
export type CountedAsApplied =
  | { kind: "hashes"; hashes: FieldHashes }
  | { kind: "spec"; spec: object; declared: readonly Field[] };

/** One object as the files declare it for one target. */
export interface Desired<S extends object = object> {
  /** The name of its kind. */
  kind: string;
  /** `assistant.weather`. */
  address: string;
  spec: S;
  /** The fields that the files declare; all others belong to the target. */
  declared: readonly Field[];
  protect: boolean;
  /** Fields that are left to edits at the target; they are written only when the object is created. */
  ignore: readonly Field[];
  /** The id of an existing object to take over. */
  adopt: string | null;
  /** What counts as last applied once the object is written; absent: what is declared. */
  applied?: CountedAsApplied;
  /** The declared fields that hold sensitive values; absent when there are none. */
  sensitive?: Readonly<Record<Field, SensitiveText>>;
  /** Objects at the target that the files name by id without managing them: they must exist. */
  named?: readonly NamedObject[];
  /** The evidence that it may be written, in one word: `tested:FINGERPRINT`, or `untested:REASON`; absent when it was not requested. */
  proof?: string;
}

/** An object that is managed elsewhere. */
export interface NamedObject {
  /** The name of its kind. */
  kind: string;
  id: string;
  place: Place;
}

/** The owner of a remote object; written in the same request that creates or changes it. */
export interface Marker {
  /** `project/target/address`. */
  owner: string;
  /** What was applied, as hashes. */
  spec: string;
  /** Git commit, or empty. */
  rev: string;
}

/** An object as it currently is at the target. */
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
  /** True for an object that was recognizably edited by others, and that is written again even when it matches the files. */
  isEdited?: true;
  /** The object as the API returned it. */
  wire: JsonObject;
}

/** The kind with that name. Throws for an unknown name, which is a bug. */
export function kindNamed(kinds: readonly ResourceKind[], name: string): ResourceKind {
  const kind = kinds.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`no kind of resource is called ${name}`);
  return kind;
}
