import { hashOf } from "../../kit/hash.ts";
import { compareText } from "../../kit/json.ts";
import { type Desired, type Live, type ResourceKind, kindNamed } from "../../resources/resource.ts";
import { byAge } from "../doubles.ts";
import type { Lock, LockEntry } from "../lock/lock.ts";
import { type Scope, isTemporary } from "../marker.ts";
import type { History } from "./evidence.ts";
import { type Known, type Match, doublesOf, indexKnown, matchDesired, strayAddresses } from "./match.ts";
import { type Moved, applyMoved } from "./moved.ts";
import {
  type Mode,
  type Plan,
  type PlannedResource,
  type Take,
  collected,
  hashPlan,
  idOf,
  planVersion,
} from "./plan-format.ts";
import { planDesired } from "./planned.ts";
import { withNeeded } from "./select.ts";
import { type Context, forgotten, planDestroyed, planRemoved, planUndeclared } from "./undeclared.ts";

export interface PlanOptions {
  mode: Mode;
  prune: boolean;
  /** Addresses or globs; empty means all. */
  selectors: readonly string[];
  /** By address or glob: the decision about edits at the target. */
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
  /** Addresses whose objects are forgotten, and stay at the target. */
  removed: readonly string[];
  history: History;
  /** Kinds whose missing objects can be created again without loss. */
  madeAgain?: ReadonlySet<string>;
}

/** Compares what is declared with what exists. Nothing is read or written; equal inputs in any order give equal plans. */
export function plan(input: PlanInput): Plan {
  const { scope, kinds, desired, lock, moved, selectors, take, history } = input;
  const declared = new Set(desired.map(({ address }) => address));
  const removed = new Set(input.removed);
  const { resources: named, movedFrom, renamed } = applyMoved(lock.resources, moved, declared);
  const live = input.live.filter((each) => !isTemporary(each)).toSorted(byAge);
  const strays = strayAddresses(named, live, scope, declared);
  const resources = strays.size === 0 ? named : without(named, strays);
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
    missing: Object.values(lock.resources).filter((entry) => isMissing(entry, known, input.madeAgain)).length,
    prune: input.prune,
    selectors: [...selectors],
    take: { ...take },
    kinds: countByKind(lock.resources, known, input.madeAgain),
    resources: withNeeded(planned, selectors).toSorted((a, b) => compareText(a.address, b.address)),
    doubles: doublesOf(known, selectors),
    unmanaged: unmanaged(live, planned, kinds),
  } satisfies Omit<Plan, "plan_hash">;
  return { ...body, plan_hash: hashPlan(body) };
}

function without(resources: Lock["resources"], addresses: ReadonlySet<string>): Lock["resources"] {
  return Object.fromEntries(Object.entries(resources).filter(([address]) => !addresses.has(address)));
}

/**
 * Matches everything before it compares anything, and compares referenced resources first: one that keeps its object is referred to by its id, one that gets
 * a new object by its address, since the new id is not known yet.
 */
function planDeclared(desired: readonly Desired[], context: Context): PlannedResource[] {
  const { known, kinds } = context;
  const adoptedTwice = twice(desired.map(({ adopt }) => adopt));
  const ids = new Map<string, string>();
  return kinds.flatMap((kind) => {
    const planned = desired
      .filter((each) => each.kind === kind.name)
      .map((each) => {
        const match: Match = adoptedTwice.has(each.adopt)
          ? { kind: "refused", reason: "adopt_twice", live: null }
          : matchDesired(kind, each, known);
        return planDesired(each, match, (address) => ids.get(address) ?? address, context);
      });
    for (const each of planned) if ("observed" in each && each.action !== "replace") ids.set(each.address, each.id);
    return planned;
  });
}

function isMissing({ id, kind }: LockEntry, { byId }: Known, madeAgain: PlanInput["madeAgain"]): boolean {
  return !byId.has(id) && madeAgain?.has(kind) !== true;
}

function countByKind(resources: Lock["resources"], known: Known, madeAgain: PlanInput["madeAgain"]): Plan["kinds"] {
  const groups = Map.groupBy(Object.values(resources), ({ kind }) => kind);
  return Object.fromEntries(
    [...groups].map(([kind, entries]) => [
      kind,
      { managed: entries.length, missing: entries.filter((each) => isMissing(each, known, madeAgain)).length },
    ]),
  );
}

function unmanaged(
  live: readonly Live[],
  planned: readonly PlannedResource[],
  kinds: readonly ResourceKind[],
): Plan["unmanaged"] {
  const known = new Set(
    planned.filter(({ action }) => action !== "refused").flatMap((each) => collected(each).concat(idOf(each) ?? [])),
  );
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
  // The place where an id is named is not part of what is declared.
  const declared = desired.map(({ named: _named, ...each }) => each);
  return hashOf({ desired: declared.toSorted((a, b) => compareText(a.address, b.address)), moved, removed });
}

function twice<T>(values: readonly (T | null)[]): Set<T | null> {
  const seen = new Set<T>();
  return new Set(values.filter((value) => value !== null && (seen.has(value) || !seen.add(value))));
}
