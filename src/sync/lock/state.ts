import { type Problem, fail, problem } from "../../problem.ts";
import type { LiveAssistant } from "../../resources/assistant/spec.ts";
import type { Desired } from "../desired.ts";
import { orphanEntry, rebuildEntry } from "./entry.ts";
import type { Lock, LockEntry } from "./lock.ts";
import { type Scope, isTemporary, ownAddress } from "../marker.ts";

type Resources = Lock["resources"];

/** What the lock has under an address. Throws a ProblemError (`unknown_address`) when it has nothing. */
export function entryAt(lock: Lock, address: string): LockEntry {
  const known = Object.keys(lock.resources).toSorted();
  return (
    lock.resources[address] ??
    fail("unknown_address", `the lock has nothing under the address "${address}"`, {
      hint: known.length === 0 ? "It is empty." : `It has: ${known.join(", ")}`,
    })
  );
}

/** The resources with one under another address; the object's marker follows at the next sync. */
export function moveEntry(lock: Lock, from: string, to: string): Resources {
  const entry = entryAt(lock, from);
  if (lock.resources[to] !== undefined) {
    fail("address_taken", `the lock already has ${lock.resources[to].id} under ${to}`, {
      hint: `Move or forget that one first: playbill state rm ${to}`,
    });
  }
  return { ...withoutEntry(lock, from), [to]: entry };
}

/** The resources without one: it is forgotten, and stays at the target. */
export function forgetEntry(lock: Lock, address: string): Resources {
  entryAt(lock, address);
  return withoutEntry(lock, address);
}

/** The resources with one no longer protected. */
export function unprotectEntry(lock: Lock, address: string): Resources {
  return { ...lock.resources, [address]: { ...entryAt(lock, address), protect: false } };
}

/** The resources with every object that carries our marker and that the lock does not have yet. */
export function rebuildEntries(
  lock: Lock,
  live: readonly LiveAssistant[],
  desired: readonly Desired[],
  scope: Scope,
): { resources: Resources; problems: Problem[] } {
  const locked = new Set(Object.values(lock.resources).map(({ id }) => id));
  const resources = { ...lock.resources };
  const problems: Problem[] = [];
  for (const object of live) {
    const address = ownAddress(scope, object.marker?.owner);
    if (address === null || isTemporary(object) || locked.has(object.id)) continue;
    const taken = resources[address];
    if (taken === undefined) {
      const wanted = desired.find((each) => each.address === address);
      resources[address] = wanted === undefined ? orphanEntry(object) : rebuildEntry(object, wanted);
    } else {
      problems.push(markedTwice(address, taken.id, object.id, scope.target));
    }
  }
  return { resources, problems };
}

function withoutEntry(lock: Lock, address: string): Resources {
  const { [address]: _gone, ...rest } = lock.resources;
  return rest;
}

function markedTwice(address: string, kept: string, other: string, target: string): Problem {
  return problem("marker_twice", `${kept} and ${other} at ${target} both carry the marker of ${address}`, {
    severity: "warning",
    hint: `${kept} is kept. A copied assistant copies the marker too; delete the one that is not needed.`,
  });
}
