import type { LiveAssistant } from "../../resources/assistant/spec.ts";
import type { Desired } from "../desired.ts";
import type { Lock, LockEntry } from "../lock/lock.ts";
import { type Scope, ownAddress } from "../marker.ts";
import type { Reason } from "./plan-format.ts";
import { rebuildEntry } from "../lock/entry.ts";
import { parseOwner } from "../../resources/owner.ts";

/** Which live object an address means. */
export type Match =
  | { kind: "none"; reason: "new" | "gone" }
  | { kind: "ours"; live: LiveAssistant; entry: LockEntry; reason: "declared" | "found_by_marker" }
  | { kind: "adopt"; live: LiveAssistant }
  | { kind: "refused"; reason: Reason; live: LiveAssistant | null };

/** What there is to find objects by. */
export interface Known {
  scope: Scope;
  lock: Lock;
  live: readonly LiveAssistant[];
  /** New address -> the one it had before. */
  movedFrom: ReadonlyMap<string, string>;
}

/** Finds the object of a declared address: by the lock, by its marker, by `adopt`; never by its name alone. */
export function matchDesired(desired: Desired, known: Known): Match {
  const { adopt, address } = desired;
  const entry = known.lock.resources[address];
  const locked = known.live.find(({ id }) => id === entry?.id);
  if (locked !== undefined && entry !== undefined) return matchLocked(desired, known, locked, entry);
  const marked = markedFor(address, known).filter(({ id }) => adopt === null || id === adopt);
  if (marked.length > 1) return { kind: "refused", reason: "marker_twice", live: marked[0]! };
  if (marked[0] !== undefined) {
    const rebuilt = rebuildEntry(marked[0], desired);
    const protect = rebuilt.protect || (entry?.protect ?? false);
    return { kind: "ours", live: marked[0], entry: { ...rebuilt, protect }, reason: "found_by_marker" };
  }
  if (adopt !== null) return matchAdopted(adopt, known);
  return matchName(desired, known) ?? { kind: "none", reason: entry === undefined ? "new" : "gone" };
}

function matchLocked({ adopt }: Desired, { scope }: Known, live: LiveAssistant, entry: LockEntry): Match {
  if (adopt !== null && adopt !== live.id) return { kind: "refused", reason: "adopt_other", live };
  if (live.marker === null) {
    return adopt === null ? { kind: "refused", reason: "marker_missing", live } : { kind: "adopt", live };
  }
  if (ownAddress(scope, live.marker.owner) === null) return { kind: "refused", reason: "not_ours", live };
  return { kind: "ours", live, entry, reason: "declared" };
}

function matchAdopted(adopt: string, { live, lock }: Known): Match {
  const found = live.find(({ id }) => id === adopt);
  if (found === undefined) return { kind: "refused", reason: "adopt_missing", live: null };
  const taken = found.marker !== null || Object.values(lock.resources).some(({ id }) => id === adopt);
  return taken ? { kind: "refused", reason: "not_ours", live: found } : { kind: "adopt", live: found };
}

/** Objects whose marker says they are this address, or the one it was moved from, and that the lock has for no other. */
function markedFor(address: string, { scope, live, lock, movedFrom }: Known): LiveAssistant[] {
  const addresses = new Set([address, movedFrom.get(address)]);
  const locked = new Set(Object.values(lock.resources).map(({ id }) => id));
  return live.filter(({ id, marker }) => {
    const owned = ownAddress(scope, marker?.owner);
    return owned !== null && addresses.has(owned) && !locked.has(id);
  });
}

/** Something else that already has the name, which was made by hand or by another project. */
function matchName({ spec }: Desired, { scope, live, lock }: Known): Match | null {
  const locked = new Set(Object.values(lock.resources).map(({ id }) => id));
  const named = live.filter((each) => each.spec.name === spec.name && !locked.has(each.id));
  const unmarked = named.find(({ marker }) => marker === null);
  if (unmarked !== undefined) return { kind: "refused", reason: "name_taken", live: unmarked };
  const foreign = named.find(({ marker }) => parseOwner(marker!.owner)?.project !== scope.project);
  return foreign === undefined ? null : { kind: "refused", reason: "not_ours", live: foreign };
}
