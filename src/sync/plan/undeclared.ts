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

/** What planning one address needs besides the address itself. */
export interface Context {
  known: Known;
  kinds: readonly ResourceKind[];
  /** Address -> the one under which the lock still has its entry. */
  renamed: ReadonlyMap<string, string>;
  take: Readonly<Record<string, Take>>;
  history: History;
}

/** What becomes of an object of the lock that nothing declares: it is deleted, when that is asked for. */
export function planUndeclared(address: string, entry: LockEntry, context: Context): PlannedResource {
  const live = context.known.byId.get(entry.id);
  if (live === undefined) return forgotten(address, entry, "gone");
  const planned = planDelete(live, { address, desired: null, entry, reason: "not_declared" }, context);
  return withoutSensitive(planned, {}, entry.sensitive);
}

/** Everything of this project is deleted: what the lock has, and what only its marker tells of. `desired` says what is protected. */
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

/** An object of ours is let go; of one that is not, or is gone, only the lock's entry goes. Nothing when neither is there. */
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

/** Only the lock still has it. */
export function forgotten(
  address: string,
  entry: LockEntry,
  reason: "gone" | "another_address" | "removed",
): PlannedResource {
  const { kind, id, protect } = entry;
  const common = { kind, address, protect, moved_from: null, depends_on: [], ...deposedOf(entry) };
  return { ...common, action: "forget", reason, id };
}

/** The ids that are still to be deleted, as a plan has them. */
export function deposedOf(entry: LockEntry | null | undefined): Pick<LockEntry, "deposed"> {
  return entry?.deposed === undefined ? {} : { deposed: entry.deposed };
}

/** A decision for the address itself goes before one for a glob. */
export function takeFor(address: string, take: Context["take"]): Take | null {
  const glob = Object.keys(take).find((selector) => isSelected(address, [selector]));
  return take[address] ?? (glob === undefined ? null : (take[glob] ?? null));
}

/** What a plan says of the object that it saw. Whose an object without a marker is, the lock says, which has its id. */
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
