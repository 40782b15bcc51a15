import { hashOf } from "../../kit/hash.ts";
import { compareText } from "../../kit/json.ts";
import { bindReferences, overfullFields, referencesOf } from "../../resources/fields.ts";
import { type Desired, type Live, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { byAge } from "../doubles.ts";
import type { Lock } from "../lock/lock.ts";
import { type Scope, isTemporary, ownAddress, parseMarked } from "../marker.ts";
import { type Comparison, compareFields, nothingApplied, wholeObject } from "./compare.ts";
import { type Evidence, type History, evidenceFor } from "./evidence.ts";
import { type Match, doublesOf, indexKnown, matchDesired, strayAddresses } from "./match.ts";
import { type Moved, applyMoved } from "./moved.ts";
import {
  type Mode,
  type Plan,
  type PlannedResource,
  type PresentResource,
  type Take,
  hashPlan,
  idOf,
  planVersion,
  writes,
} from "./plan-format.ts";
import { isSelected } from "./select.ts";
import { type Context, forgotten, planDestroyed, planRemoved, planUndeclared, seenOf, takeFor } from "./undeclared.ts";
import { withoutSensitive } from "./sensitive.ts";

export interface PlanOptions {
  mode: Mode;
  prune: boolean;
  /** Addresses or globs; none means all. */
  selectors: readonly string[];
  /** By address or glob: how edits at the target are decided. */
  take: Readonly<Record<string, Take>>;
  git: Plan["git"];
}

export interface PlanInput extends PlanOptions {
  scope: Scope;
  kinds: readonly ResourceKind[];
  desired: readonly Desired[];
  live: readonly Live[];
  lock: Lock;
  moved: readonly Moved[];
  /** Addresses whose objects are to be forgotten, and stay. */
  removed: readonly string[];
  history: History;
}

/** Compares what is declared with what is there. Nothing is read or written; equal inputs in any order give equal plans. */
export function plan(input: PlanInput): Plan {
  const { scope, kinds, desired, lock, moved, selectors, take, history } = input;
  const declared = new Set(desired.map(({ address }) => address));
  const removed = new Set(input.removed);
  const { resources: named, movedFrom, renamed } = applyMoved(lock.resources, moved, declared);
  const live = input.live.filter((each) => !isTemporary(each)).toSorted(byAge);
  const strays = strayAddresses(named, live, scope, declared);
  const resources = Object.fromEntries(Object.entries(named).filter(([address]) => !strays.has(address)));
  const known = indexKnown(kinds, live, { scope, resources, movedFrom });
  const context: Context = { known, kinds, renamed, take, history };
  const isDestroyed = input.mode.kind === "destroy";
  const planned = [
    ...(isDestroyed ? planDestroyed(desired, context) : planDeclared(desired, context)),
    ...Object.entries(resources)
      .filter(([address]) => !isDestroyed && !declared.has(address) && !removed.has(address))
      .map(([address, entry]) => planUndeclared(address, entry, context)),
    ...[...removed]
      .filter((address) => !isDestroyed && !declared.has(address) && !strays.has(address))
      .flatMap((address) => planRemoved(address, context)),
    ...[...strays]
      .filter((address) => isDestroyed || !declared.has(address))
      .map((address) => forgotten(address, named[address]!, "another_address")),
  ];
  const body = {
    format_version: planVersion,
    project: scope.project,
    target: scope.target,
    mode: input.mode,
    origin: scope.origin,
    git: input.git,
    configuration: hashConfiguration(input),
    lock: { lineage: lock.lineage, serial: lock.serial },
    managed: Object.keys(lock.resources).length,
    missing: Object.values(lock.resources).filter(({ id }) => !known.byId.has(id)).length,
    prune: input.prune,
    selectors: [...selectors],
    take: { ...take },
    resources: planned
      .filter(({ address }) => isSelected(address, selectors))
      .toSorted((a, b) => compareText(a.address, b.address)),
    doubles: doublesOf(known, selectors),
    unmanaged: unmanaged(live, planned, kinds),
  } satisfies Omit<Plan, "plan_hash">;
  return { ...body, plan_hash: hashPlan(body) };
}

/** Matches all before it compares any, so that what refers to another resource is compared with that one's id. */
function planDeclared(desired: readonly Desired[], context: Context): PlannedResource[] {
  const { known, kinds } = context;
  const adoptedTwice = twice(desired.map(({ adopt }) => adopt));
  const matched = desired.map((each) => {
    const match: Match = adoptedTwice.has(each.adopt)
      ? { kind: "refused", reason: "adopt_twice", live: null }
      : matchDesired(each, kindNamed(kinds, each.kind).nameOf(each.spec), known);
    return { desired: each, match };
  });
  const ids = new Map(
    matched.flatMap(({ desired: { address }, match }) =>
      match.kind === "ours" || match.kind === "adopt" ? [[address, match.live.id] as const] : [],
    ),
  );
  return matched.map(({ desired: each, match }) => {
    const kind = kindNamed(kinds, each.kind);
    const bound = { ...each, spec: bindReferences(kind, each.spec, (address) => ids.get(address) ?? address) };
    const planned = planDesired(bound, referencesOf(kind, each.spec), match, context);
    return withoutSensitive(planned, each, known.resources[each.address]?.sensitive);
  });
}

function planDesired(desired: Desired, dependsOn: string[], match: Match, context: Context): PlannedResource {
  const { address, protect } = desired;
  const kind = kindNamed(context.kinds, desired.kind);
  const name = kind.nameOf(desired.spec);
  const common = {
    kind: kind.name,
    address,
    protect,
    moved_from: context.renamed.get(address) ?? null,
    depends_on: dependsOn,
  };
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
        ...seenOf(kind, match.live),
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
  common: Pick<PresentResource, "kind" | "address" | "protect" | "moved_from" | "depends_on">,
  { known, take, history }: Context,
): PresentResource {
  const { address } = desired;
  const evidence = evidenceFor(kind, live, { desired, entry, history });
  const side = takeFor(address, take);
  const compared = compareFields(kind, desired, live.spec, evidence, side);
  const { changes, drift } = evidence.source === "behind" ? allUndecided(compared, side) : compared;
  const owned = ownAddress(known.scope, live.marker?.owner);
  const isMoved = owned !== address;
  const isMarked = live.marker !== null && parseMarked(live.marker).protect === evidence.protect;
  return {
    ...common,
    ...seenOf(kind, live),
    action: actionFor({ isChanged: changes.length > 0, isMoved, isMarked, isEdited: drift.length > 0 }),
    reason: reasonFor(evidence, reason, changes.length + drift.length > 0, drift.length > 0),
    protect: evidence.protect,
    moved_from: common.moved_from ?? (isMoved ? owned : null),
    changes,
    drift,
  };
}

/** Over what a sync that this checkout knows nothing of wrote, nothing is written unasked: not the fields that only the files changed either. */
function allUndecided({ changes, drift }: Comparison, take: Take | null): Comparison {
  const told = new Set(drift.map(({ field }) => field));
  const more = changes
    .filter(({ field }) => !told.has(field))
    .map(({ field, before, after }) => ({ field, declared: after, live: before, conflict: true, take }));
  return { changes: take === "ours" ? changes : [], drift: [...drift, ...more] };
}

/** What the API would refuse, because the marker and the keys of others together are too many, is refused here. */
function orFull(kind: ResourceKind, live: Live, planned: PresentResource): PlannedResource {
  if (!writes(planned, false) || overfullFields(kind, live.spec, planned.changes).length === 0) return planned;
  const { address, protect, moved_from, depends_on, name, id, owner } = planned;
  const common = { kind: kind.name, address, protect, moved_from, depends_on };
  return { ...common, action: "refused", reason: "metadata_full", name, id, owner };
}

function actionFor(found: {
  isChanged: boolean;
  isMoved: boolean;
  isMarked: boolean;
  isEdited: boolean;
}): PresentResource["action"] {
  if (found.isChanged) return "update";
  if (found.isMoved) return "move";
  if (found.isEdited) return "drifted";
  return found.isMarked ? "unchanged" : "mark";
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

function unmanaged(
  live: readonly Live[],
  planned: readonly PlannedResource[],
  kinds: readonly ResourceKind[],
): Plan["unmanaged"] {
  const known = new Set(planned.filter(({ action }) => action !== "refused").map(idOf));
  return live
    .filter(({ id }) => !known.has(id))
    .map(({ kind, id, spec, marker }) => ({
      kind,
      id,
      name: kindNamed(kinds, kind).nameOf(spec),
      owner: marker?.owner ?? null,
    }));
}

function hashConfiguration({ desired, moved, removed }: PlanInput): string {
  return hashOf({ desired: desired.toSorted((a, b) => compareText(a.address, b.address)), moved, removed });
}

function twice<T>(values: readonly (T | null)[]): Set<T | null> {
  const seen = new Set<T>();
  return new Set(values.filter((value) => value !== null && (seen.has(value) || !seen.add(value))));
}
