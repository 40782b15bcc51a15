import { forEachBounded } from "../../kit/parallel.ts";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import {
  type Desired,
  type Live,
  type Marker,
  type NamedObject,
  type ResourceKind,
  kindNamed,
} from "../../resources/resource.ts";
import { referencesOf } from "../../resources/fields.ts";
import type { Registry } from "../../targets/target.ts";
import { type Lock, checkLock, emptyLock, withAccount } from "../lock/lock.ts";
import { type Scope, isTemporary, ownAddress } from "../marker.ts";
import type { History } from "./evidence.ts";
import type { Moved } from "./moved.ts";
import { type PlanInput, type PlanOptions, plan } from "./plan.ts";
import type { Plan } from "./plan-format.ts";
import { addressesAround, checkSelectors } from "./select.ts";
import { type Intent, recoverFromJournal, recoverFromTraces } from "../lock/recover.ts";

/** Reads what is known about the syncs that wrote these markers. */
export type ReadHistory = (markers: readonly Marker[]) => Promise<History>;

export interface PlanRequest extends Omit<PlanOptions, "git"> {
  /** May still be pending while the target is read. */
  git: Plan["git"] | Promise<Plan["git"]>;
  /** What an interrupted sync from this working copy was about to write. */
  journal: readonly Intent[];
  scope: Scope;
  kinds: readonly ResourceKind[];
  desired: readonly Desired[];
  moved: readonly Moved[];
  removed: readonly string[];
  registry: Registry;
  /** `null` when there is none yet. */
  lock: Lock | null;
  readHistory: ReadHistory;
}

/** What a plan was made with. */
interface Planned {
  plan: Plan;
  live: Live[];
  /** Includes what an interrupted sync created before it could save its lock. */
  lock: Lock;
  /** The resources of the lock on disk. */
  saved: Lock["resources"];
}

/** Reads the target and plans. Writes nothing. */
export async function makePlan(request: PlanRequest): Promise<Planned> {
  const { kinds, desired, registry, selectors } = request;
  const before = request.lock ?? emptyLock(request.scope);
  const addresses = new Set([
    ...desired.map(({ address }) => address),
    ...Object.keys(before.resources),
    ...request.removed,
  ]);
  const problems = [
    ...checkLock(before, request.scope, kinds),
    ...checkSelectors([...selectors, ...Object.keys(request.take)], [...addresses]),
  ];
  if (problems.length > 0) throw new ProblemError(problems);
  const around = addressesAround(selectors, [...addresses], referencesIn(request));
  const begun = request.journal.flatMap(({ owner }) => ownAddress(request.scope, owner) ?? []);
  const named = selectors.length === 0 ? [...addresses, ...begun] : [...around];
  const isNeeded = ({ name, isOptional }: ResourceKind) =>
    (isOptional !== true && selectors.length === 0) || named.some((address) => address.startsWith(`${name}.`));
  // A destroy covers kinds that the files do not name too.
  const listed = request.mode.kind === "destroy" ? kinds : kinds.filter(isNeeded);
  const live = await listAll(registry, listed, isNeeded);
  const missing = await checkNamed(
    registry,
    kinds,
    desired.filter(({ address }) => around.has(address)),
    live,
  );
  if (missing.length > 0) throw new ProblemError(missing);
  // The account of the key is known only from responses.
  const scope = { ...request.scope, origin: withAccount(request.scope.origin, registry.account()) };
  const ofOthers = checkLock(before, scope, kinds);
  if (ofOthers.length > 0) throw new ProblemError(ofOthers);
  const saved = before.resources;
  const resources = await recoverResources(saved, { registry, scope, kinds, live, journal: request.journal });
  const lock = { ...before, origin: richer(before.origin, scope.origin), resources };
  const known = selectors.length === 0 ? { desired, lock } : ofKinds(listed, desired, lock);
  const removed = await withAllThatTheyHold(request.removed, { registry, scope, kinds, live, resources, desired });
  const madeAgain = await kindsMadeAgain(registry, listed);
  const input = { ...request, ...known, git: await request.git, scope, live, removed, madeAgain };
  const asked: Marker[] = [];
  const first = plan({ ...input, history: (marker) => (asked.push(marker), "unknown") });
  if (asked.length === 0) return { plan: first, live, lock, saved };
  const history = await request.readHistory(asked);
  return { plan: plan({ ...input, history }), live, lock, saved };
}

async function kindsMadeAgain(registry: Registry, kinds: readonly ResourceKind[]): Promise<Set<string>> {
  const asked = kinds.map(async (kind) => ((await registry.isMadeAgain?.(kind)) === true ? [kind.name] : []));
  return new Set((await Promise.all(asked)).flat());
}

/** What is declared and what the lock has, limited to the kinds that were listed: nothing is known about the others. */
function ofKinds(
  kinds: readonly ResourceKind[],
  desired: readonly Desired[],
  lock: Lock,
): Pick<PlanInput, "desired" | "lock"> {
  const names = new Set(kinds.map(({ name }) => name));
  const resources = Object.entries(lock.resources).filter(([, { kind }]) => names.has(kind));
  return {
    desired: desired.filter(({ kind }) => names.has(kind)),
    lock: { ...lock, resources: Object.fromEntries(resources) },
  };
}

/** Creates the function that returns what an address refers to. */
function referencesIn({ desired, kinds }: Pick<PlanRequest, "desired" | "kinds">): (address: string) => string[] {
  const byAddress = new Map(desired.map((each) => [each.address, each]));
  return (address) => {
    const each = byAddress.get(address);
    return each === undefined ? [] : referencesOf(kindNamed(kinds, each.kind), each.spec);
  };
}

/** The resources of a lock, with missing ones recovered from the journal and from other objects; equal ones when nothing is missing. */
export async function recoverResources(
  resources: Lock["resources"],
  known: {
    registry: Registry;
    scope: Scope;
    kinds: readonly ResourceKind[];
    live: readonly Live[];
    journal: readonly Intent[];
    /** Also reads traces from the objects in the lock: it may have lost others. */
    asksAll?: boolean;
  },
): Promise<Lock["resources"]> {
  const recovered = recoverFromJournal(resources, known.journal, known);
  const ids = known.asksAll === true ? new Set() : new Set(Object.values(recovered).map(({ id }) => id));
  const unknown = known.live.filter(
    (each) => !ids.has(each.id) && !isTemporary(each) && ownAddress(known.scope, each.marker?.owner) !== null,
  );
  const traces = await Promise.all(
    unknown.map((each) => Array.fromAsync(known.registry.traces(kindNamed(known.kinds, each.kind), each))),
  );
  return recoverFromTraces(recovered, traces.flat(), known);
}

/** The removed addresses, with those of the undeclared objects without markers that removed objects contain: these stay as they are too. */
async function withAllThatTheyHold(
  removed: readonly string[],
  {
    registry,
    scope,
    kinds,
    live,
    resources,
    desired,
  }: {
    registry: Registry;
    scope: Scope;
    kinds: readonly ResourceKind[];
    live: readonly Live[];
    resources: Lock["resources"];
    desired: readonly Desired[];
  },
): Promise<string[]> {
  const addresses = new Set(removed);
  const ids = new Set(removed.map((address) => resources[address]?.id));
  const held = live.filter(({ id, marker }) => ids.has(id) || addresses.has(ownAddress(scope, marker?.owner) ?? ""));
  const traces = await Promise.all(
    held.map((each) => Array.fromAsync(registry.traces(kindNamed(kinds, each.kind), each))),
  );
  const declared = new Set(desired.map(({ address }) => address));
  const more = traces.flat().map(({ address }) => address);
  return [...addresses, ...new Set(more.filter((address) => !addresses.has(address) && !declared.has(address)))];
}

/** A problem for each id in the files that does not exist at the target. */
async function checkNamed(
  registry: Registry,
  kinds: readonly ResourceKind[],
  desired: readonly Desired[],
  live: readonly Live[],
): Promise<Problem[]> {
  const listed = new Set(live.map(({ id }) => id));
  const named = desired.flatMap((each) => each.named ?? []).filter(({ id }) => !listed.has(id));
  const groups = [...Map.groupBy(named, ({ kind, id }) => `${kind} ${id}`).values()] as [
    NamedObject,
    ...NamedObject[],
  ][];
  const missing = new Set<string>();
  await forEachBounded(groups, 8, async ([{ kind, id }]) => {
    if ((await registry.get(kindNamed(kinds, kind), id)) === null) missing.add(id);
  });
  return groups.flatMap((group) => {
    const [{ kind, id }] = group;
    const words = `there is no ${kindNamed(kinds, kind).nouns.one} ${id} at the target`;
    return missing.has(id) ? group.map(({ place }) => problem("unknown_id", words, { place })) : [];
  });
}

/** The origin with an account, if either has one: an older lock gets it, and keeps it when a target no longer reports it. */
function richer(locked: string, answered: string): string {
  return answered.length > locked.length ? answered : locked;
}

/**
 * Every object of every kind at a target. A target may lack the optional kinds: they count as empty, unless they are
 * needed.
 */
export async function listAll(
  registry: Registry,
  kinds: readonly ResourceKind[],
  isNeeded: (kind: ResourceKind) => boolean = ({ isOptional }) => isOptional !== true,
): Promise<Live[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      try {
        return await Array.fromAsync(registry.list(kind));
      } catch (error) {
        const isMissing =
          error instanceof ProblemError && error.problems.every(({ code }) => code === "no_knowledge_api");
        if (isNeeded(kind) || !isMissing) throw error;
        return [];
      }
    }),
  );
  return lists.flat();
}
