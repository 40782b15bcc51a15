import { ProblemError } from "../../problem.ts";
import type { Desired, Live, Marker, ResourceKind } from "../../resources/resource.ts";
import type { Registry } from "../../targets/target.ts";
import { type Lock, checkLock, emptyLock, withAccount } from "../lock/lock.ts";
import type { Scope } from "../marker.ts";
import type { History } from "./evidence.ts";
import type { Moved } from "./moved.ts";
import { type PlanOptions, plan } from "./plan.ts";
import type { Plan } from "./plan-format.ts";
import { checkSelectors } from "./select.ts";

/** Reads what is known of the syncs that wrote some markers. */
export type ReadHistory = (markers: readonly Marker[]) => Promise<History>;

export interface PlanRequest extends PlanOptions {
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

/** Reads what is at the target and plans; `live` and `lock` are what the plan was made with. Only reads. */
export async function makePlan(request: PlanRequest): Promise<{ plan: Plan; live: Live[]; lock: Lock }> {
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
  const live = await listAll(registry, kinds);
  // Only answers say whose key it is.
  const scope = { ...request.scope, origin: withAccount(request.scope.origin, registry.account()) };
  const ofOthers = checkLock(before, scope, kinds);
  if (ofOthers.length > 0) throw new ProblemError(ofOthers);
  const lock = { ...before, origin: richer(before.origin, scope.origin) };
  const asked: Marker[] = [];
  const first = plan({ ...request, scope, lock, live, history: (marker) => (asked.push(marker), "unknown") });
  if (asked.length === 0) return { plan: first, live, lock };
  const history = await request.readHistory(asked);
  return { plan: plan({ ...request, scope, lock, live, history }), live, lock };
}

/** A lock that was made before its account was known learns it, and keeps it when a target falls silent about it. */
function richer(locked: string, answered: string): string {
  return answered.length > locked.length ? answered : locked;
}

/** Every object of every kind at a target. */
export async function listAll(registry: Registry, kinds: readonly ResourceKind[]): Promise<Live[]> {
  const lists = await Promise.all(kinds.map((kind) => Array.fromAsync(registry.list(kind))));
  return lists.flat();
}
