import { compareText } from "../../kit/json.ts";
import { parseOwner } from "../../resources/owner.ts";
import type { Desired, Live, ResourceKind } from "../../resources/resource.ts";
import type { Lock, LockEntry } from "../lock/lock.ts";
import { type Scope, ownAddress } from "../marker.ts";
import type { Plan, Refusal } from "./plan-format.ts";
import { isSelected } from "./select.ts";

/** The live object that an address refers to. */
export type Match =
  | { kind: "none"; reason: "new" | "gone" }
  | { kind: "ours"; live: Live; entry: LockEntry | null; reason: "declared" | "found_by_marker" }
  | { kind: "adopt"; live: Live }
  | { kind: "refused"; reason: Refusal; live: Live | null };

/** The indexes by which objects are found. */
export interface Known {
  scope: Scope;
  resources: Lock["resources"];
  /** Declared address -> its former addresses. */
  movedFrom: ReadonlyMap<string, readonly string[]>;
  byId: ReadonlyMap<string, Live>;
  /** By the address in Playbill's marker, the oldest first. */
  byAddress: ReadonlyMap<string, readonly Live[]>;
  /** By kind and name. */
  byName: ReadonlyMap<string, readonly Live[]>;
  /** The ids in the lock, including those that are still to be deleted. */
  locked: ReadonlySet<string>;
}

/**
 * Addresses under which a lock has an object of another address, as a line-by-line merge of two locks leaves them: of several with
 * one object, all but the one that its marker names; and an undeclared one whose object's marker names an address that is declared and
 * has no object.
 */
export function strayAddresses(
  resources: Lock["resources"],
  live: readonly Live[],
  scope: Scope,
  declared: ReadonlySet<string>,
): Set<string> {
  const markedFor = new Map(live.map(({ id, marker }) => [id, ownAddress(scope, marker?.owner)]));
  const hasObject = (address: string) => markedFor.has(resources[address]?.id ?? "");
  const byId = Map.groupBy(Object.keys(resources).toSorted(compareText), (address) => resources[address]!.id);
  return new Set(
    [...byId].flatMap(([id, addresses]) => {
      const marked = markedFor.get(id) ?? null;
      if (addresses.length > 1) {
        const kept = addresses.find((address) => address === marked) ?? addresses.find((each) => declared.has(each));
        return addresses.filter((address) => address !== (kept ?? addresses[0]));
      }
      const isMistaken = marked !== null && declared.has(marked) && !hasObject(marked);
      return addresses.filter((address) => isMistaken && address !== marked && !declared.has(address));
    }),
  );
}

/** Indexes the live objects; `live` is sorted by age. */
export function indexKnown(
  kinds: readonly ResourceKind[],
  live: readonly Live[],
  { scope, resources, movedFrom }: Pick<Known, "scope" | "resources" | "movedFrom">,
): Known {
  const nameOf = new Map(kinds.map((kind) => [kind.name, kind.nameOf]));
  const deposed = new Set(Object.values(resources).flatMap((entry) => entry.deposed ?? []));
  const own = live.filter(({ id, marker }) => ownAddress(scope, marker?.owner) !== null && !deposed.has(id));
  return {
    scope,
    resources,
    movedFrom,
    byId: new Map(live.map((each) => [each.id, each])),
    byAddress: Map.groupBy(own, ({ marker }) => ownAddress(scope, marker?.owner) ?? ""),
    byName: Map.groupBy(live, ({ kind, spec }) => `${kind} ${nameOf.get(kind)?.(spec) ?? ""}`),
    locked: new Set([...Object.values(resources).map(({ id }) => id), ...deposed]),
  };
}

/** Finds the object of a declared address: by the lock, by its marker, by `adopt`; never by its name alone. */
export function matchDesired(kind: ResourceKind, desired: Desired, known: Known): Match {
  const { adopt, address } = desired;
  const entry = known.resources[address];
  const locked = entry === undefined ? undefined : known.byId.get(entry.id);
  if (locked !== undefined && entry !== undefined) return matchLocked(kind, desired, known, locked, entry);
  const marked = markedFor(address, known).filter(({ id }) => adopt === null || id === adopt);
  if (marked.length > 1) return { kind: "refused", reason: "marker_twice", live: marked[0]! };
  if (marked[0] !== undefined) return { kind: "ours", live: marked[0], entry: null, reason: "found_by_marker" };
  if (adopt !== null) return matchAdopted(adopt, known);
  return matchName(kind, desired, known) ?? { kind: "none", reason: entry === undefined ? "new" : "gone" };
}

function matchLocked(kind: ResourceKind, { adopt }: Desired, { scope }: Known, live: Live, entry: LockEntry): Match {
  if (adopt !== null && adopt !== live.id) return { kind: "refused", reason: "adopt_other", live };
  if (!kind.isMarked) return { kind: "ours", live, entry, reason: "declared" };
  if (live.marker === null) {
    return adopt === null ? { kind: "refused", reason: "marker_missing", live } : { kind: "adopt", live };
  }
  if (ownAddress(scope, live.marker.owner) === null) return { kind: "refused", reason: "not_ours", live };
  return { kind: "ours", live, entry, reason: "declared" };
}

function matchAdopted(adopt: string, { byId, locked }: Known): Match {
  const found = byId.get(adopt);
  if (found === undefined) return { kind: "refused", reason: "adopt_missing", live: null };
  const isTaken = found.marker !== null || locked.has(adopt);
  return isTaken ? { kind: "refused", reason: "not_ours", live: found } : { kind: "adopt", live: found };
}

/** Objects whose marker names this address, or one that it was moved from, and that the lock does not have for another address. */
function markedFor(address: string, { byAddress, locked, movedFrom }: Known): Live[] {
  return [address, ...(movedFrom.get(address) ?? [])]
    .flatMap((each) => byAddress.get(each) ?? [])
    .filter(({ id }) => !locked.has(id));
}

/** A refusal when an object made by hand or by another project already has the name. */
function matchName(kind: ResourceKind, { spec }: Desired, { scope, byName, locked }: Known): Match | null {
  const name = kind.nameOf(spec);
  // Without markers a name identifies nothing: many files are named README.md.
  if (name === null || !kind.isMarked) return null;
  const named = (byName.get(`${kind.name} ${name}`) ?? []).filter(({ id }) => !locked.has(id));
  const unmarked = named.find(({ marker }) => marker === null);
  if (unmarked !== undefined) return { kind: "refused", reason: "name_taken", live: unmarked };
  const foreign = named.find(({ marker }) => parseOwner(marker!.owner)?.project !== scope.project);
  return foreign === undefined ? null : { kind: "refused", reason: "not_ours", live: foreign };
}

/** The addresses whose marker several objects carry: by two syncs at once, or a manual copy. */
export function doublesOf({ byAddress }: Known, selectors: readonly string[]): Plan["doubles"] {
  return [...byAddress]
    .filter(([address, objects]) => objects.length > 1 && isSelected(address, selectors))
    .map(([address, objects]) => ({ address, ids: objects.map(({ id }) => id) }))
    .toSorted((a, b) => compareText(a.address, b.address));
}
