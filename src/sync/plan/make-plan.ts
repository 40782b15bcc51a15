import { ProblemError } from "../../problem.ts";
import type { LiveAssistant } from "../../resources/assistant/spec.ts";
import type { Registry } from "../../targets/target.ts";
import type { Desired } from "../desired.ts";
import { type Lock, checkLock, emptyLock } from "../lock/lock.ts";
import type { Scope } from "../marker.ts";
import type { Moved } from "./moved.ts";
import { type PlanOptions, plan } from "./plan.ts";
import type { Plan } from "./plan-format.ts";
import { checkSelectors } from "./select.ts";

export interface PlanRequest extends PlanOptions {
  scope: Scope;
  desired: readonly Desired[];
  moved: readonly Moved[];
  registry: Registry;
  /** `null` when there is none yet. */
  lock: Lock | null;
}

/** Reads what is at the target and plans; `live` and `lock` are what the plan was made with. Only reads. */
export async function makePlan(request: PlanRequest): Promise<{ plan: Plan; live: LiveAssistant[]; lock: Lock }> {
  const { scope, desired, registry, selectors } = request;
  const lock = request.lock ?? emptyLock(scope);
  const addresses = new Set([...desired.map(({ address }) => address), ...Object.keys(lock.resources)]);
  const problems = [
    ...checkLock(lock, scope),
    ...checkSelectors([...selectors, ...Object.keys(request.take)], [...addresses]),
  ];
  if (problems.length > 0) throw new ProblemError(problems);
  const live = await Array.fromAsync(registry.listAssistants());
  return { plan: plan({ ...request, lock, live }), live, lock };
}
