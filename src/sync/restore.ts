import { sensitiveShown } from "../kit/secrets.ts";
import { type Field, clearedValue, covers, expandFields, fieldValue } from "../resources/fields.ts";
import type { Desired, Live, ResourceKind, SensitiveText } from "../resources/resource.ts";
import type { Lock, LockEntry } from "./lock/lock.ts";
import { parseMarked } from "./marker.ts";
import { isSameField } from "../resources/canonical-fields.ts";

/** What is known about the address whose object is restored. */
export interface Restored {
  address: string;
  /** The object as it was. */
  snapshot: Live;
  /** The resource in the files; `null` when it is not declared. */
  declared: Desired | null;
  lock: Lock;
  /** Fields whose texts were encrypted in the snapshot. */
  sealed: readonly Field[];
}

/**
 * The object of a snapshot as something to sync. What a snapshot does not contain, such as a vector store's files, is taken from the files. What
 * counts as last applied stays the same: the files do not declare what is restored, so the next plan must report it as an edit at the target.
 */
export function restoredResource(kind: ResourceKind, restored: Restored): Desired {
  const { address, snapshot, declared, lock, sealed } = restored;
  const entry = lock.resources[address];
  const told = Object.keys(kind.fields).filter((field) => isTold(kind, field));
  const untold = Object.keys(kind.fields).filter((field) => !told.includes(field));
  const spec = {
    ...snapshot.spec,
    ...Object.fromEntries(
      untold.map((field) => [
        field,
        declared === null ? clearedValue(kind, field) : fieldValue(kind, declared.spec, field),
      ]),
    ),
  };
  const managed = Object.keys(entry?.applied ?? {}).filter((field) => told.some((each) => covers(each, field)));
  const fields = [...new Set([...expandFields(kind, told, spec), ...managed])];
  const sensitive = [...sealed, ...(entry?.sensitive ?? []), ...Object.keys(declared?.sensitive ?? {})];
  return {
    kind: kind.name,
    address,
    spec,
    declared: fields,
    protect: (declared?.protect ?? false) || (snapshot.marker !== null && parseMarked(snapshot.marker).protect),
    // An existing object keeps them; one that is created again gets them.
    ignore: untold,
    adopt: null,
    applied: appliedOf(entry, declared ?? { spec, declared: fields }),
    ...(sensitive.length > 0 && { sensitive: hidden(kind, spec, sensitive) }),
  };
}

/**
 * What another commit declares, as something to sync. What counts as last applied stays the same, as for a snapshot: until the files declare the
 * same, the next plan must report it as an edit at the target. `declared` is the resource in the files, `null` when it is not declared.
 */
export function rolledBack(kind: ResourceKind, wanted: Desired, declared: Desired | null, lock: Lock): Desired {
  // No target shows the content of a file: only the lock has its hash.
  if (!kind.isMarked) return { ...wanted, adopt: null };
  const applied = appliedOf(lock.resources[wanted.address], declared ?? wanted);
  return { ...wanted, adopt: null, applied };
}

/** The declared fields whose values differ in the restored object. */
export function fieldsUnlikeFiles(kind: ResourceKind, restored: Desired, declared: Desired): Field[] {
  return declared.declared.filter(
    (field) =>
      isTold(kind, field) &&
      !declared.ignore.some((each) => covers(each, field)) &&
      !isSameField(kind, field, restored.spec, declared.spec),
  );
}

/** False for a field that the API does not return in an object. */
function isTold(kind: ResourceKind, field: Field): boolean {
  const rule = Object.entries(kind.fields).find(([name]) => covers(name, field))?.[1] as
    | { isHidden?: true; isUnfinished?: unknown }
    | undefined;
  return rule?.isHidden !== true && rule?.isUnfinished === undefined;
}

function appliedOf(
  entry: LockEntry | undefined,
  { spec, declared }: Pick<Desired, "spec" | "declared">,
): NonNullable<Desired["applied"]> {
  return entry === undefined ? { kind: "spec", spec, declared } : { kind: "hashes", hashes: entry.applied };
}

function hidden(kind: ResourceKind, spec: object, fields: readonly Field[]): Record<Field, SensitiveText> {
  const texts = fields.map((field) => [field, fieldValue(kind, spec, field)] as const);
  return Object.fromEntries(
    texts.flatMap(([field, text]) =>
      typeof text === "string" ? [[field, { shown: sensitiveShown(text), values: [text] }] as const] : [],
    ),
  );
}
