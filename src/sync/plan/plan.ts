import type { LiveAssistant } from "../../resources/assistant/spec.ts";
import { compareFields, wholeObject } from "./compare.ts";
import type { Desired } from "../desired.ts";
import { fieldHashes } from "../../resources/fields.ts";
import type { Lock, LockEntry } from "../lock/lock.ts";
import { type Scope, isTemporary, isUntouched, ownAddress } from "../marker.ts";
import { type Known, type Match, matchDesired } from "./match.ts";
import { type Moved, applyMoved } from "./moved.ts";
import { type Action, type Plan, type PlannedResource, type Take, hashPlan } from "./plan-format.ts";
import { isSelected } from "./select.ts";
import { compareText } from "../../kit/json.ts";
import { hashOf } from "../../kit/hash.ts";

export interface PlanOptions {
  prune: boolean;
  /** Addresses or globs; none means all. */
  selectors: readonly string[];
  /** By address or glob: how edits over there are decided. */
  take: Readonly<Record<string, Take>>;
  git: Plan["git"];
}

export interface PlanInput extends PlanOptions {
  scope: Scope;
  desired: readonly Desired[];
  live: readonly LiveAssistant[];
  lock: Lock;
  moved: readonly Moved[];
}

/** Compares what is declared with what is there. Nothing is read or written; equal inputs in any order give equal plans. */
export function plan(input: PlanInput): Plan {
  const { scope, desired, lock, moved, selectors, take } = input;
  const { resources, movedFrom } = applyMoved(lock.resources, moved, new Set(desired.map(({ address }) => address)));
  const live = input.live.filter((each) => !isTemporary(each)).toSorted(byAge);
  const known: Known = { scope, lock: { ...lock, resources }, live, movedFrom };
  const adoptedTwice = twice(desired.map(({ adopt }) => adopt));
  const planned = [
    ...desired.map((each) => {
      const match: Match = adoptedTwice.has(each.adopt)
        ? { kind: "refused", reason: "adopt_twice", live: null }
        : matchDesired(each, known);
      return planDesired(each, match, known, takeFor(each.address, take));
    }),
    ...undeclared(desired, resources).map(([address, entry]) => planUndeclared(address, entry, live)),
  ];
  const body = {
    format_version: 1 as const,
    project: scope.project,
    target: scope.target,
    origin: scope.origin,
    git: input.git,
    configuration: hashConfiguration(desired, moved),
    lock: { lineage: lock.lineage, serial: lock.serial },
    managed: Object.keys(lock.resources).length,
    prune: input.prune,
    selectors: [...selectors],
    take: { ...take },
    resources: planned
      .filter(({ address }) => isSelected(address, selectors))
      .toSorted((a, b) => compareText(a.address, b.address)),
    unmanaged: unmanaged(live, planned),
  };
  return { ...body, plan_hash: hashPlan(body) };
}

function planDesired(desired: Desired, match: Match, known: Known, take: Take | null): PlannedResource {
  const { address, protect } = desired;
  const movedFrom = known.movedFrom.get(address) ?? null;
  const movedEntry = movedFrom !== null && known.lock.resources[address] !== undefined ? movedFrom : null;
  const base = { ...blank(address, match.kind === "none" ? null : match.live), protect, moved_from: movedEntry };
  switch (match.kind) {
    case "none": {
      const kept = known.lock.resources[address]?.protect ?? false;
      const changes = wholeObject(desired.spec, "appears");
      return {
        ...base,
        action: "create",
        reason: match.reason,
        name: desired.spec.name,
        protect: protect || kept,
        changes,
      };
    }
    case "refused":
      return {
        ...base,
        action: "refused",
        reason: match.reason,
        name: desired.spec.name,
        id: base.id ?? desired.adopt,
      };
    case "adopt": {
      const { changes } = compareFields(desired, match.live.spec, null, null);
      return { ...base, action: "adopt", reason: "declared", changes };
    }
    case "ours": {
      const { changes, drift } = compareFields(desired, match.live.spec, match.entry, take);
      const owned = ownAddress(known.scope, match.live.marker?.owner);
      return {
        ...base,
        action: actionFor(changes.length > 0, owned !== address, drift.length > 0),
        reason: drift.length > 0 && isUntouched(match.live, desired) ? "lock_behind" : match.reason,
        protect: protect || match.entry.protect,
        moved_from: movedEntry ?? (owned === address ? null : owned),
        changes,
        drift,
      };
    }
  }
}

function actionFor(changed: boolean, moved: boolean, drifted: boolean): Action {
  if (changed) return "update";
  if (moved) return "move";
  return drifted ? "drifted" : "unchanged";
}

function planUndeclared(address: string, entry: LockEntry, all: readonly LiveAssistant[]): PlannedResource {
  const live = all.find(({ id }) => id === entry.id) ?? null;
  const base = { ...blank(address, live), protect: entry.protect };
  if (live === null) return { ...base, action: "forget", reason: "gone", id: entry.id };
  return { ...base, action: "delete", reason: "not_declared", changes: wholeObject(live.spec, "goes") };
}

/** A decision for the address itself goes before one for a glob. */
function takeFor(address: string, take: PlanInput["take"]): Take | null {
  const glob = Object.keys(take).find((selector) => isSelected(address, [selector]));
  return take[address] ?? (glob === undefined ? null : (take[glob] ?? null));
}

function blank(address: string, live: LiveAssistant | null): Omit<PlannedResource, "action" | "reason"> {
  return {
    kind: "assistant",
    address,
    name: live?.spec.name ?? null,
    id: live?.id ?? null,
    owner: live?.marker?.owner ?? null,
    moved_from: null,
    protect: false,
    observed: live === null ? null : fieldHashes(live.spec),
    changes: [],
    drift: [],
  };
}

function undeclared(desired: readonly Desired[], resources: Lock["resources"]): [string, LockEntry][] {
  const declared = new Set(desired.map(({ address }) => address));
  return Object.entries(resources).filter(([address]) => !declared.has(address));
}

function unmanaged(live: readonly LiveAssistant[], planned: readonly PlannedResource[]): Plan["unmanaged"] {
  const known = new Set(planned.filter(({ action }) => action !== "refused").map(({ id }) => id));
  return live
    .filter(({ id }) => !known.has(id))
    .map(({ kind, id, spec, marker }) => ({ kind, id, name: spec.name, owner: marker?.owner ?? null }));
}

function hashConfiguration(desired: readonly Desired[], moved: readonly Moved[]): string {
  return hashOf({ desired: desired.toSorted((a, b) => compareText(a.address, b.address)), moved });
}

function twice<T>(values: readonly (T | null)[]): Set<T | null> {
  return new Set(values.filter((value, index) => value !== null && values.indexOf(value) !== index));
}

function byAge(a: LiveAssistant, b: LiveAssistant): number {
  return a.createdAt - b.createdAt || compareText(a.id, b.id);
}
