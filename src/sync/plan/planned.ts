import { bindReferences, isFixed, overfullFields, referencesOf } from "../../resources/fields.ts";
import { type Desired, type Live, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { isMarkedProtected, ownAddress } from "../marker.ts";
import { type Comparison, compareFields, nothingApplied, wholeObject } from "./compare.ts";
import { type Evidence, evidenceFor } from "./evidence.ts";
import type { Match } from "./match.ts";
import { type PlannedResource, type PresentResource, type Take, isCarriedOut } from "./plan-format.ts";
import { withoutSensitive } from "./sensitive.ts";
import { type Context, deposedOf, seenOf, takeFor } from "./undeclared.ts";

/** Plans a declared address. `idOf` returns the id of an address that keeps its object, and the address itself for any other. */
export function planDesired(
  desired: Desired,
  match: Match,
  idOf: (address: string) => string,
  context: Context,
): PlannedResource {
  const { address } = desired;
  const kind = kindNamed(context.kinds, desired.kind);
  const entry = context.known.resources[address];
  const common = {
    kind: kind.name,
    address,
    protect: desired.protect,
    moved_from: context.renamed.get(address) ?? null,
    depends_on: referencesOf(kind, desired.spec),
    ...deposedOf(entry),
  };
  const hasReferences = common.depends_on.length > 0;
  const bound = hasReferences ? { ...desired, spec: bindReferences(kind, desired.spec, idOf) } : desired;
  return withoutSensitive(planMatched(kind, bound, match, common, context), desired, entry?.sensitive);
}

type Common = Pick<PresentResource, "kind" | "address" | "protect" | "moved_from" | "depends_on" | "deposed">;

function planMatched(
  kind: ResourceKind,
  desired: Desired,
  match: Match,
  common: Common,
  context: Context,
): PlannedResource {
  const { address, protect } = desired;
  const name = kind.nameOf(desired.spec);
  switch (match.kind) {
    case "none": {
      const kept = context.known.resources[address]?.protect ?? false;
      const changes = wholeObject(kind, desired.spec, "appears");
      return { ...common, action: "create", reason: match.reason, name, protect: protect || kept, changes };
    }
    case "refused": {
      const { reason, live } = match;
      return {
        ...common,
        action: "refused",
        reason,
        name,
        id: live?.id ?? desired.adopt,
        owner: live?.marker?.owner ?? null,
      };
    }
    case "adopt": {
      const { changes } = compareFields(kind, desired, match.live.spec, nothingApplied, null);
      return orFull(kind, match.live, {
        ...common,
        ...seenOf(kind, match.live, address, context.known.scope),
        action: "adopt",
        reason: "declared",
        changes,
        drift: [],
      });
    }
    case "ours":
      return orFull(kind, match.live, planOurs(kind, desired, match, common, context));
  }
}

function planOurs(
  kind: ResourceKind,
  desired: Desired,
  { live, entry, reason }: Extract<Match, { kind: "ours" }>,
  common: Common,
  context: Context,
): PresentResource {
  const { address } = desired;
  const { known, take, history } = context;
  const evidence = evidenceFor(kind, live, { desired, entry, history });
  const side = takeFor(address, take);
  const compared = compareFields(kind, desired, live.spec, evidence, side);
  const { changes, drift } = evidence.source === "behind" ? allUndecided(compared, side) : compared;
  const owned = kind.isMarked ? ownAddress(known.scope, live.marker?.owner) : address;
  const isMoved = owned !== address;
  const isMarked = !kind.isMarked || (live.marker !== null && isMarkedProtected(live.marker) === evidence.protect);
  const isSound = isMarked && live.isEdited !== true;
  const isReplaced = live.isExpired === true || changes.some(({ field }) => isFixed(kind, field));
  const action = isReplaced
    ? "replace"
    : actionFor({ isChanged: changes.length > 0, isMoved, isSound, isEdited: drift.length > 0 });
  const isRewritten = action === "mark" && isMarked;
  return {
    ...common,
    ...seenOf(kind, live, address, context.known.scope),
    action,
    reason:
      live.isExpired === true
        ? "expired"
        : isRewritten
          ? "edited"
          : reasonFor(evidence, reason, changes.length + drift.length > 0, drift.length > 0),
    protect: evidence.protect,
    moved_from: common.moved_from ?? (isMoved ? owned : null),
    changes,
    drift,
  };
}

/** Treats every difference as undecided: what an unknown sync wrote is never overwritten unasked, not even in fields that only the files changed. */
function allUndecided({ changes, drift }: Comparison, take: Take | null): Comparison {
  const told = new Set(drift.map(({ field }) => field));
  const more = changes
    .filter(({ field }) => !told.has(field))
    .map(({ field, before, after }) => ({ field, declared: after, live: before, conflict: true, take }));
  return { changes: take === "ours" ? changes : [], drift: [...drift, ...more] };
}

/** Refuses what the API would refuse: a marker that does not fit beside the metadata keys of others. */
function orFull(kind: ResourceKind, live: Live, planned: PresentResource): PlannedResource {
  if (!isCarriedOut(planned, false) || overfullFields(kind, live.spec, planned.changes).length === 0) return planned;
  const { address, protect, moved_from, depends_on, name, id, owner } = planned;
  const common = { kind: kind.name, address, protect, moved_from, depends_on };
  return { ...common, action: "refused", reason: "metadata_full", name, id, owner };
}

function actionFor(found: {
  isChanged: boolean;
  isMoved: boolean;
  /** The object's marker is as it should be. */
  isSound: boolean;
  isEdited: boolean;
}): PresentResource["action"] {
  if (found.isChanged) return "update";
  if (found.isMoved) return "move";
  if (found.isEdited) return "drifted";
  return found.isSound ? "unchanged" : "mark";
}

function reasonFor(
  { source }: Evidence,
  otherwise: "declared" | "found_by_marker",
  differs: boolean,
  isEdited: boolean,
): PresentResource["reason"] {
  if (source === "behind" && isEdited) return "lock_behind";
  return source === "marker" && differs && otherwise === "declared" ? "fast_forward" : otherwise;
}
