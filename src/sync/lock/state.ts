import { type Problem, fail, problem, advice } from "../../problem.ts";
import { type Desired, type Live, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { type Double, byAge, doubleProblem, doublesIn } from "../doubles.ts";
import { type Scope, isTemporary, ownAddress } from "../marker.ts";
import { type History, isEditedSinceMarked } from "../plan/evidence.ts";
import { rebuildEntry } from "./entry.ts";
import { strayAddresses } from "../plan/match.ts";
import type { Lock, LockEntry } from "./lock.ts";

type Resources = Lock["resources"];

/** The lock's entry at an address. Throws a ProblemError (`unknown_address`) when there is none. */
export function entryAt(lock: Lock, address: string): LockEntry {
  const known = Object.keys(lock.resources).toSorted();
  return (
    lock.resources[address] ??
    fail("unknown_address", `the lock has nothing under the address "${address}"`, {
      hint: known.length === 0 ? "It is empty." : `It has: ${known.join(", ")}`,
    })
  );
}

/** The resources with one entry moved to another address; the next sync updates the object's marker. */
export function moveEntry(lock: Lock, from: string, to: string, target: string): Resources {
  const entry = entryAt(lock, from);
  if (!to.startsWith(`${entry.kind}.`)) {
    fail("unknown_address", `${from} cannot become "${to}", which is not an address of the same kind`, {
      hint: `The new address must begin with the same kind: ${entry.kind}.NAME`,
    });
  }
  if (lock.resources[to] !== undefined) {
    fail(
      "address_taken",
      `the lock already has ${lock.resources[to].id} under ${to}`,
      advice("Move that object first.", {
        purpose: "Or forget it first",
        command: `playbill state rm ${to} --target ${target}`,
      }),
    );
  }
  return { ...withoutEntry(lock, from), [to]: entry };
}

/** The resources without one entry: its object is forgotten, and stays at the target. */
export function forgetEntry(lock: Lock, address: string): Resources {
  entryAt(lock, address);
  return withoutEntry(lock, address);
}

/** The resources with one entry no longer protected. */
export function unprotectEntry(lock: Lock, address: string): Resources {
  return { ...lock.resources, [address]: { ...entryAt(lock, address), protect: false } };
}

/**
 * The resources according to the markers at the target: objects that the lock does not have yet are added, and one that was synced since
 * is updated, unless that sync was of a commit that this checkout does not have: the next sync would undo it. Of several
 * objects for one address, the lock's is kept, or else the oldest.
 */
export function rebuildEntries(
  lock: Lock,
  live: readonly Live[],
  desired: readonly Desired[],
  { scope, kinds, history }: { scope: Scope; kinds: readonly ResourceKind[]; history: History },
): { resources: Resources; problems: Problem[] } {
  const byAddress = new Map(desired.map((each) => [each.address, each]));
  const strays = strayAddresses(lock.resources, live, scope, new Set(byAddress.keys()));
  const own = Object.fromEntries(Object.entries(lock.resources).filter(([address]) => !strays.has(address)));
  const addressOf = new Map(Object.entries(own).map(([address, { id }]) => [id, address]));
  const there = new Set(live.map(({ id }) => id));
  const resources = { ...own };
  // Outside a Git checkout the history is unknown: a rebuild trusts the markers.
  const believed: History = (marker) => (history(marker) === "unknown" ? "contained" : history(marker));
  for (const object of live.toSorted(byAge)) {
    const address = addressOf.get(object.id) ?? ownAddress(scope, object.marker?.owner);
    if (address === null || isTemporary(object) || ownAddress(scope, object.marker?.owner) === null) continue;
    const taken = resources[address];
    if (taken !== undefined && taken.id !== object.id && there.has(taken.id)) continue;
    const entry = taken?.id === object.id ? taken : null;
    const known = { desired: byAddress.get(address) ?? null, entry, history: believed };
    resources[address] = rebuildEntry(kindNamed(kinds, object.kind), object, known);
  }
  return { resources, problems: doublesIn(live, scope).map((each) => doubleWarning(each, scope.target)) };
}

/** Several objects for one address: the one to keep, and those to delete. */
export interface Extra {
  address: string;
  keep: Live;
  remove: Live[];
}

/**
 * Decides which of several objects for one address to keep: the one that `adopt` names, else an edited one, else the oldest. Where more than one
 * was edited, it returns a problem: an edit is never deleted unasked.
 */
export function extraObjects(
  live: readonly Live[],
  desired: readonly Desired[],
  { scope, kinds }: { scope: Scope; kinds: readonly ResourceKind[] },
  isWanted: (address: string) => boolean,
): { extra: Extra[]; problems: Problem[] } {
  const adopted = new Set(desired.flatMap(({ adopt }) => adopt ?? []));
  const extra: Extra[] = [];
  const problems: Problem[] = [];
  for (const double of doublesIn(live, scope).filter(({ address }) => isWanted(address))) {
    const { address, objects } = double;
    const edited = objects.filter((each) => isEditedSinceMarked(kindNamed(kinds, each.kind), each));
    const chosen = objects.find(({ id }) => adopted.has(id));
    const keep = chosen ?? edited[0] ?? objects[0]!;
    if (chosen === undefined && edited.length > 1) problems.push(bothEdited(address, edited, scope.target));
    else extra.push({ address, keep, remove: objects.filter((each) => each !== keep) });
  }
  return { extra, problems };
}

function bothEdited(address: string, edited: readonly Live[], target: string): Problem {
  const ids = edited.map(({ id }) => id).join(", ");
  return problem("marker_twice", `${address}: ${ids} at ${target} were both edited since they were synced`, {
    hint: "Set `adopt:` in its YAML to the id of the one to keep, then run this again. The others are saved as snapshots.",
  });
}

function withoutEntry(lock: Lock, address: string): Resources {
  const { [address]: _gone, ...rest } = lock.resources;
  return rest;
}

function doubleWarning({ address, objects }: Double, target: string): Problem {
  const ids = objects.map(({ id }) => id);
  return { ...doubleProblem(address, ids, target), severity: "warning" };
}
