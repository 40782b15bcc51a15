import { ownerText } from "../../resources/owner.ts";
import { type Desired, type Live, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import type { LockEntry } from "../lock/lock.ts";
import { type Scope, ownAddress } from "../marker.ts";
import { editedFields, wholeObject } from "./compare.ts";
import { type History, evidenceFor } from "./evidence.ts";
import type { Known } from "./match.ts";
import type { DeletedResource, PlannedResource, PresentResource, Take } from "./plan-format.ts";
import { isSelected } from "./select.ts";
import { withoutSensitive } from "./sensitive.ts";
import { fieldHashes } from "../../resources/canonical-fields.ts";

/** What planning an address needs besides the address itself. */
export interface Context {
  known: Known;
  kinds: readonly ResourceKind[];
  /** Address -> the address under which the lock still has its entry. */
  renamed: ReadonlyMap<string, string>;
  take: Readonly<Record<string, Take>>;
  history: History;
}

/** Plans an undeclared object of the lock: it is deleted when pruning is requested. */
export function planUndeclared(address: string, entry: LockEntry, context: Context): PlannedResource {
  const live = context.known.byId.get(entry.id);
  if (live === undefined) return forgotten(address, entry, "gone");
  const planned = planDelete(live, { address, desired: null, entry, reason: "not_declared" }, context);
  return withoutSensitive(planned, {}, entry.sensitive);
}

/** Plans the deletion of everything of this project: objects in the lock, and objects known only by their marker. `desired` states what is protected. */
export function planDestroyed(desired: readonly Desired[], context: Context): PlannedResource[] {
  const { resources, byId, byAddress, locked } = context.known;
  const declared = new Map(desired.map((each) => [each.address, each]));
  return [...new Set([...Object.keys(resources), ...byAddress.keys()])].flatMap((address) => {
    const entry = resources[address] ?? null;
    const marked = byAddress.get(address)?.find(({ id }) => !locked.has(id));
    const live = byId.get(entry?.id ?? "") ?? marked;
    if (live === undefined) return entry === null ? [] : [forgotten(address, entry, "gone")];
    const known = entry?.id === live.id ? entry : null;
    const each = declared.get(address) ?? null;
    const planned = planDelete(live, { address, desired: each, entry: known, reason: "destroyed" }, context);
    return [withoutSensitive(planned, each ?? {}, entry?.sensitive)];
  });
}

function planDelete(
  live: Live,
  {
    address,
    desired,
    entry,
    reason,
  }: {
    address: string;
    desired: Desired | null;
    entry: LockEntry | null;
    reason: DeletedResource["reason"];
  },
  { known, kinds, take, history }: Context,
): PlannedResource {
  const kind = kindNamed(kinds, live.kind);
  const evidence = evidenceFor(kind, live, { desired, entry, history });
  const side = takeFor(address, take);
  const drift = editedFields(kind, live.spec, evidence, side);
  return {
    kind: kind.name,
    address,
    moved_from: null,
    depends_on: [],
    ...deposedOf(entry),
    ...seenOf(kind, live, address, known.scope),
    protect: evidence.protect,
    action: "delete",
    reason: evidence.source === "behind" ? "lock_behind" : reason,
    take: side,
    changes: wholeObject(kind, live.spec, "goes"),
    drift,
  };
}

/** Plans an address under `removed`: our object is detached; when it is not ours, or gone, only the lock's entry is removed. Empty when there is neither. */
export function planRemoved(address: string, { known, kinds }: Context): PlannedResource[] {
  const entry = known.resources[address];
  const locked = entry === undefined ? undefined : known.byId.get(entry.id);
  const live = locked ?? known.byAddress.get(address)?.find(({ id }) => !known.locked.has(id));
  if (live === undefined) return entry === undefined ? [] : [forgotten(address, entry, "gone")];
  if (ownAddress(known.scope, live.marker?.owner) === null) {
    return entry === undefined ? [] : [forgotten(address, entry, "removed")];
  }
  const kind = kindNamed(kinds, live.kind);
  const common = { kind: kind.name, address, protect: false, moved_from: null, depends_on: [], ...deposedOf(entry) };
  return [{ ...common, ...seenOf(kind, live, address, known.scope), action: "detach", reason: "removed" }];
}

/** Plans the removal of an entry that only the lock still has. */
export function forgotten(
  address: string,
  entry: LockEntry,
  reason: "gone" | "another_address" | "removed",
): PlannedResource {
  const { kind, id, protect } = entry;
  const common = { kind, address, protect, moved_from: null, depends_on: [], ...deposedOf(entry) };
  return { ...common, action: "forget", reason, id };
}

/** The ids that are still to be deleted, in the form of a plan. */
export function deposedOf(entry: LockEntry | null | undefined): Pick<LockEntry, "deposed"> {
  return entry?.deposed === undefined ? {} : { deposed: entry.deposed };
}

/** The decision about edits of an address. One for the address itself takes precedence over one for a glob. */
export function takeFor(address: string, take: Context["take"]): Take | null {
  const glob = Object.keys(take).find((selector) => isSelected(address, [selector]));
  return take[address] ?? (glob === undefined ? null : (take[glob] ?? null));
}

/** The part of a plan that describes the live object. The owner of an object without a marker is known from the lock, which has its id. */
export function seenOf(
  kind: ResourceKind,
  live: Live,
  address: string,
  scope: Scope,
): Pick<PresentResource, "id" | "name" | "owner" | "rev" | "observed"> {
  return {
    id: live.id,
    name: kind.nameOf(live.spec),
    owner: kind.isMarked ? (live.marker?.owner ?? null) : ownerText(scope, address),
    rev: live.marker?.rev ?? null,
    observed: fieldHashes(kind, live.spec),
  };
}
