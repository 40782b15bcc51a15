import { canonicalJson } from "../../kit/json.ts";
import { type FieldHashes, isHidden } from "../../resources/fields.ts";
import type { Live, Marker, ResourceKind } from "../../resources/resource.ts";
import type { Trace } from "../../targets/target.ts";
import { byAge } from "../doubles.ts";
import { type Scope, ownAddress } from "../marker.ts";
import { type Lock, idsIn, withDeposed } from "./lock.ts";
import { fieldHashes, hashAt } from "../../resources/canonical-fields.ts";

type Resources = Lock["resources"];

interface Known {
  scope: Pick<Scope, "project" | "target">;
  kinds: readonly ResourceKind[];
  live: readonly Live[];
}

interface Begun extends Intent {
  address: string;
  kind: ResourceKind;
}

/**
 * The resources of a lock, with the objects that an interrupted sync created before it could save them. What the journal does not name is never
 * touched.
 */
export function recoverFromJournal(resources: Resources, intents: readonly Intent[], known: Known): Resources {
  if (intents.length === 0) return resources;
  const begun = intents.flatMap((each) => {
    const address = ownAddress(known.scope, each.owner);
    const kind = known.kinds.find(({ name }) => address?.startsWith(`${name}.`));
    return address !== null && kind !== undefined && each.since > 0 ? [{ ...each, address, kind }] : [];
  });
  const taken = idsIn(resources);
  const result = { ...resources };
  for (const alike of Map.groupBy(begun, looksOf).values()) {
    const found = known.live.filter((each) => isMadeFor(alike, each) && !taken.has(each.id)).toSorted(byAge);
    if (alike[0]?.kind.isMarked === true) {
      // The guards report several objects with one marker. An address that already has an object, by another sync, keeps it.
      const isOpen = (result[alike[0].address]?.id ?? null) === alike[0].replaces;
      if (!isOpen) continue;
      found.splice(1);
    }
    for (const [index, one] of alike.entries()) {
      // Surplus objects, of a request that was sent twice, go with the last.
      const mine = index === alike.length - 1 ? found.splice(0) : found.splice(0, 1);
      if (mine.length > 0) result[one.address] = entryWith(result[one.address], one, mine, alike.length === 1);
    }
  }
  return result;
}

/** The content of several objects that look the same is unknown: nothing counts as applied, so that all are replaced. */
function entryWith(
  before: Resources[string] | undefined,
  { kind, fields, replaces }: Begun,
  found: readonly Live[],
  isKnown: boolean,
): Resources[string] {
  const ids = found.map(({ id }) => id);
  const deposed = before?.deposed ?? [];
  if (before !== undefined && before.id !== replaces) return withDeposed(before, [...deposed, ...ids]);
  const [id = "", ...surplus] = ids;
  const old = before === undefined ? [] : [...deposed, before.id];
  const applied: FieldHashes = isKnown ? fields : {};
  const entry = { kind: kind.name, id, applied, observed: {}, protect: before?.protect ?? false };
  return withDeposed(entry, [...old, ...surplus]);
}

/** The key that identifies an object as one that was to be created: its address, or the fields that the API shows. */
function looksOf({ kind, address, fields }: Begun): string {
  if (kind.isMarked) return address;
  const shown = Object.entries(fields).filter(([field]) => !isHidden(kind, field));
  return `${kind.name} ${canonicalJson(Object.fromEntries(shown))}`;
}

function isMadeFor(alike: readonly Begun[], live: Live): boolean {
  const [one] = alike;
  if (one === undefined || live.kind !== one.kind.name) return false;
  if (live.createdAt < Math.min(...alike.map(({ since }) => since))) return false;
  if (one.kind.isMarked) return live.marker?.owner === one.owner;
  const hashes = fieldHashes(one.kind, live.spec);
  return Object.entries(one.fields).every(
    ([field, hash]) => isHidden(one.kind, field) || hashAt(hashes, field) === hash,
  );
}

/** The resources of a lock, with the objects without markers that our objects name as theirs; the youngest when an address has several. */
export function recoverFromTraces(resources: Resources, traces: readonly Trace[], known: Known): Resources {
  const taken = idsIn(resources);
  const live = new Map(known.live.map((each) => [each.id, each]));
  const found = Map.groupBy(
    traces.filter(({ id, address }) => live.has(id) && !taken.has(id) && resources[address] === undefined),
    ({ address }) => address,
  );
  const entries = [...found].flatMap(([address, told]) => {
    const [youngest] = told.toSorted((a, b) => byAge(live.get(b.id)!, live.get(a.id)!));
    const kind = known.kinds.find(({ name }) => name === youngest?.kind);
    if (youngest === undefined || kind === undefined || kind.isMarked) return [];
    const { id, hidden } = youngest;
    const applied = fieldHashes(kind, { ...live.get(id)!.spec, ...hidden });
    const others = new Set(told.map((each) => each.id).filter((each) => each !== id));
    return [
      [address, withDeposed({ kind: kind.name, id, applied, observed: {}, protect: false }, [...others])] as const,
    ];
  });
  return entries.length === 0 ? resources : { ...resources, ...Object.fromEntries(entries) };
}

/**
 * What a sync was about to create or change: the marker that it writes, as far as it is known beforehand. For an object without a marker, only the
 * owner has a meaning.
 */
export interface Intent extends Marker {
  /** Seconds since 1970: nothing that it creates is older. 0 in an intent of an earlier version, which has no more than a marker. */
  since: number;
  /** The id of the object that the new one replaces; `null` when it replaces none. */
  replaces: string | null;
  /** The hash of every field that it applies. */
  fields: FieldHashes;
}

/** True for the marker that was to be written, or that of another attempt at it. What an intent could not know yet is not compared. */
export function isMarkerOf(intent: Intent, { owner, rev, spec }: Marker): boolean {
  if (intent.owner !== owner || intent.rev !== rev) return false;
  const words = new Set(spec.split(" "));
  const isWhole = [...words].some((word) => word.includes("="));
  return intent.spec.split(" ").every((word) => words.has(word) || (!isWhole && word.includes("=")));
}
