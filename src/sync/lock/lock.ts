import { checkSchema } from "../../project/schema-check.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { type Problem, problem } from "../../problem.ts";
import type { FieldHashes } from "../../resources/fields.ts";
import type { ResourceKind } from "../../resources/resource.ts";
import type { Scope } from "../marker.ts";
import { asObject, canonicalJson, compareText, toCanonical } from "../../kit/json.ts";

const closed = { additionalProperties: false } as const;
/** The format of version 0.1. A lock keeps it as long as no entry needs a newer one, so that earlier versions can read it. */
const firstFormat = 1;
const secondFormat = 2;
/** The format that added proofs. */
const lockFormat = 3;
const formats = [lockFormat, secondFormat, firstFormat] as const;
const Hashes = Type.Record(Type.String(), Type.String());

const LockEntryFormat = Type.Object(
  {
    kind: Type.String(),
    id: Type.String(),
    applied: Hashes,
    observed: Hashes,
    protect: Type.Boolean(),
    proof: Type.Optional(Type.String()),
    sensitive: Type.Optional(Type.Array(Type.String())),
    deposed: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);

/**
 * What is known about one object: `applied` has a hash of every managed field as it was last sent, `observed` of those
 * that the target stores differently from how they were sent; `sensitive` names those that held sensitive values then. `deposed`
 * has the ids of objects that this one replaced and that still have to be deleted. `proof` states why it could be written, as in
 * `Desired.proof`.
 */
export type LockEntry = Static<typeof LockEntryFormat>;

const LockFormat = Type.Object(
  {
    format: Type.Enum([firstFormat, secondFormat, lockFormat]),
    project: Type.String(),
    origin: Type.String(),
    lineage: Type.String({ minLength: 1 }),
    serial: Type.Integer({ minimum: 1 }),
    resources: Type.Record(Type.String(), LockEntryFormat),
  },
  closed,
);

/** What the project owns at one target, by address. It has hashes only, no text, and is bound to its origin. */
export type Lock = Static<typeof LockFormat>;

/** A lock that was never saved: it has no lineage yet. */
export function emptyLock({ project, origin }: Pick<Scope, "project" | "origin">): Lock {
  return { format: firstFormat, project, origin, lineage: "", serial: 0, resources: {} };
}

/** Parses a lock file's text; `file` is its name in problems. */
export function parseLock(text: string, file: string): { lock: Lock } | { problems: Problem[] } {
  if (/^<{7} /m.test(text)) return { problems: [mergeConflict(file)] };
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return { problems: [malformed(file, (error as Error).message)] };
  }
  const [first] = checkSchema(LockFormat, value);
  // The value has been checked against the schema.
  if (first === undefined) return { lock: value as Lock };
  const { format } = asObject(value);
  if (typeof format === "number" && format > lockFormat) {
    return { problems: [newerLock(file, `has format ${format}`)] };
  }
  return { problems: [malformed(file, first.message)] };
}

/** A change of one resource in a lock. */
export interface LockChange {
  address: string;
  /** The address that it had before; usually the same. */
  before: string;
  /** `null` removes the resource. */
  entry: LockEntry | null;
}

const LockChangeFormat = Type.Object(
  { address: Type.String(), before: Type.String(), entry: Type.Union([LockEntryFormat, Type.Null()]) },
  closed,
);

/** Reads a change; `null` for a value that is not one. */
export function parseChange(value: unknown): LockChange | null {
  return checkSchema(LockChangeFormat, value).length === 0 ? (value as LockChange) : null;
}

/** Makes a change in place. False when it changes nothing. */
export function putChange(resources: Lock["resources"], { address, before, entry }: LockChange): boolean {
  const known = resources[before];
  if (before === address && isSameEntry(known, entry ?? undefined)) return false;
  delete resources[before];
  if (entry !== null) resources[address] = entry;
  return true;
}

/** The lock with these changes, and a new serial when there are any. */
export function withChanges(lock: Lock, changes: readonly LockChange[]): Lock {
  const resources = { ...lock.resources };
  for (const change of changes) putChange(resources, change);
  return changes.length === 0 ? lock : changedLock(lock, resources, () => lock.lineage);
}

/** The text of the lock file; equal locks give equal bytes. */
export function serializeLock({ resources, ...header }: Lock): string {
  const lines = Object.keys(resources)
    .toSorted(compareText)
    .map((address) => lineOf(address, resources[address]!));
  const inner = lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n  }`;
  const parts = Object.entries({ ...header, resources: null })
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${key === "resources" ? inner : JSON.stringify(value)}`);
  return `{\n${parts.join(",\n")}\n}\n`;
}

/** Cached texts by entry, since a sync saves its lock after every operation. Entries are never changed in place. */
const lines = new WeakMap<LockEntry, { address: string; text: string }>();

function lineOf(address: string, entry: LockEntry): string {
  const known = lines.get(entry);
  if (known?.address === address) return known.text;
  const value = JSON.stringify(toCanonical(entry), null, 2).replaceAll("\n", "\n    ");
  const text = `    ${JSON.stringify(address)}: ${value}`;
  lines.set(entry, { address, text });
  return text;
}

/** The hashes of what was applied, entry by entry. */
export function hashesOf({ resources }: Lock): FieldHashes[] {
  return Object.values(resources).map(({ applied }) => applied);
}

/** The lock with other resources: a new serial when something differs, the same lock otherwise. */
export function withResources(lock: Lock, resources: Lock["resources"], newLineage: () => string): Lock {
  return areSame(lock.resources, resources) ? lock : changedLock(lock, resources, newLineage);
}

/** The lock with these changed resources and a new serial. */
export function changedLock(lock: Lock, resources: Lock["resources"], newLineage: () => string): Lock {
  const needed = new Set(Object.values(resources).map(formatOf));
  const format = formats.find((each) => needed.has(each)) ?? firstFormat;
  return { ...lock, format, lineage: lock.lineage || newLineage(), serial: lock.serial + 1, resources };
}

/** A lock without newer content keeps a format that earlier versions can read. */
function formatOf({ deposed, sensitive, proof }: LockEntry): Lock["format"] {
  if (proof !== undefined) return lockFormat;
  return deposed !== undefined || sensitive !== undefined ? secondFormat : firstFormat;
}

/** The entry with these objects still to be deleted; without any, it equals an entry that never had any. */
export function withDeposed(entry: LockEntry, ids: readonly string[]): LockEntry {
  const { deposed: _before, ...rest } = entry;
  return ids.length === 0 ? rest : { ...rest, deposed: [...new Set(ids)].toSorted(compareText) };
}

/** Every id in a lock, including those of objects that are still to be deleted. */
export function idsIn(resources: Lock["resources"]): Set<string> {
  return new Set(Object.values(resources).flatMap(({ id, deposed = [] }) => deposed.concat(id)));
}

/** True when the resources of two locks are equal. */
export function areSame(one: Lock["resources"], other: Lock["resources"]): boolean {
  const addresses = Object.keys(one);
  return (
    addresses.length === Object.keys(other).length &&
    addresses.every((address) => isSameEntry(one[address], other[address]))
  );
}

/** True when two entries are equal, or both are missing. */
export function isSameEntry(one: LockEntry | undefined, other: LockEntry | undefined): boolean {
  return one === other || canonicalJson(one) === canonicalJson(other);
}

const accountMark = " account ";

/** An origin with the account that its responses named. */
export function withAccount(origin: string, account: string | null): string {
  return account === null ? origin : origin + accountMark + account;
}

/** True for the same base URL, and the same account where both are known: an older lock may not have an account. */
export function isSameOrigin(one: string, other: string): boolean {
  const [[url, account], [otherUrl, otherAccount]] = [one.split(accountMark), other.split(accountMark)];
  return url === otherUrl && (account === undefined || otherAccount === undefined || account === otherAccount);
}

/** The problems of a lock that does not belong to this project at this origin. */
export function checkLock(lock: Lock, scope: Scope, kinds: readonly Pick<ResourceKind, "name">[]): Problem[] {
  const belongs = { project: scope.project, origin: scope.origin };
  const known = new Set(kinds.map(({ name }) => name));
  const unknown = Object.entries(lock.resources).find(([, { kind }]) => !known.has(kind));
  if (unknown !== undefined) return [newerLock(`the lock of target ${scope.target}`, `has ${unknown[0]}`)];
  return (["project", "origin"] as const)
    .filter((part) => (part === "origin" ? !isSameOrigin(lock.origin, scope.origin) : lock[part] !== belongs[part]))
    .map((part) =>
      problem(
        `lock_other_${part}`,
        `the lock of target ${scope.target} belongs to the ${part} "${lock[part]}", not to "${belongs[part]}"`,
        {
          hint:
            part === "origin"
              ? `Declare a separate target for the other server or account. If the same account only has a new address, remove the lock file and run: playbill state rebuild --target ${scope.target}`
              : "Restore the project's old name, or remove the lock file to start over.",
        },
      ),
    );
}

/** The target of a lock file, taken from the file's name. */
function targetOf(file: string): string {
  return file.replace(/^.*\//, "").replace(/(\.lock)?\.json$/, "");
}

function mergeConflict(file: string): Problem {
  return problem("lock_merge_conflict", `${file} has Git conflict markers`, {
    hint: `Take one side completely (git checkout --ours or --theirs), then run: playbill state rebuild --target ${targetOf(file)}`,
  });
}

function newerLock(file: string, what: string): Problem {
  return problem("newer_lock", `${file} was written by a newer version of Playbill: it ${what}`, {
    hint: "Upgrade Playbill to the version that your team uses. The lock itself is intact.",
  });
}

function malformed(file: string, what: string): Problem {
  return problem("malformed_lock", `${file} is not a lock that Playbill wrote: ${what}`, {
    hint: `Restore it from Git, or remove it and run: playbill state rebuild --target ${targetOf(file)}`,
  });
}
