import { refuseNoWholeNumber } from "./numbers.ts";
import { type Problem, ProblemError, exitCodeOf } from "../problem.ts";
import type { Progress } from "../sync/apply/apply.ts";
import { guard } from "../sync/guard.ts";
import type { Action, Plan, Take } from "../sync/plan/plan-format.ts";
import { parsePlan, verifyPlan } from "../sync/plan/saved-plan.ts";
import { type OptionNames, refuseUnknownOptions } from "./known-options.ts";
import { applyPlan, whileBusy } from "./apply.ts";
import { type LoadedProject, loadedAs } from "./loaded-project.ts";
import { destroying, neededFor, openPlanningOf, syncing } from "./planning.ts";

/** What is planned. */
export interface PlanOptions {
  /** Default: the project's own. */
  target?: string | undefined;
  /** Addresses or globs; default: everything. */
  addresses?: readonly string[] | undefined;
  /** Delete what is not declared any more; default: it is only told of. */
  prune?: boolean | undefined;
  /** By address: whether the files or an edit at the target win. */
  take?: Readonly<Record<string, Take>> | undefined;
  /** Plan to delete everything that the project made. */
  destroy?: boolean | undefined;
  /** How many requests the target gets at a time. */
  concurrency?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** What was said to be right about a plan that would be refused otherwise. */
export interface Allowed {
  /** How many objects may be deleted. */
  allowDeletes?: number | undefined;
  /** How many objects may be gone. */
  allowMissing?: number | undefined;
}

/** How a plan is carried out. */
export interface ApplyOptions extends Allowed {
  /** How many resources are carried out at a time, and how many requests the target gets. */
  concurrency?: number | undefined;
  /** Go on although another sync of this working copy seems to. */
  forceUnlock?: boolean | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** When aborted, nothing more is begun; what is under way is finished and recorded. */
  signal?: AbortSignal | undefined;
}

const planOptions: OptionNames<PlanOptions> = {
  target: true,
  addresses: true,
  prune: true,
  take: true,
  destroy: true,
  concurrency: true,
  signal: true,
};

const allowedOptions: OptionNames<Allowed> = { allowDeletes: true, allowMissing: true };

const applyOptions: OptionNames<ApplyOptions> = {
  ...allowedOptions,
  concurrency: true,
  forceUnlock: true,
  onProgress: true,
  signal: true,
};

/** What was carried out of a plan. */
export interface ApplyResult {
  done: { address: string; action: Action; id: string }[];
  /** What was deleted because other objects have taken its place. */
  collected: { address: string; id: string }[];
  /** Addresses; `problems` says why. */
  failed: string[];
  /** Addresses that depend on one that failed. */
  skipped: string[];
  /** Addresses that were not begun, because of an abort or because nothing more could be recorded. */
  notStarted: string[];
  problems: Problem[];
}

/** What `apply` would do to make a target like the files. Changes nothing. Throws a ProblemError. */
export async function plan(project: LoadedProject, options: PlanOptions = {}): Promise<Plan> {
  refuseUnknownOptions(options, planOptions);
  const { target, addresses = [], prune = false, take = {}, destroy = false, concurrency, signal } = options;
  refuseNoWholeNumber(1, { concurrency });
  const { context, project: read } = loadedAs(project, signal);
  const need = neededFor(addresses);
  const planning = await openPlanningOf(context, read, target, { willWrite: false, need, concurrency });
  try {
    const choices = destroy ? destroying(take) : { ...syncing, prune, selectors: addresses, take };
    const { plan: planned } = await planning.plan(choices);
    return context.secrets.redactJson(planned);
  } finally {
    await planning.open.close();
  }
}

/** Why `apply` would refuse a plan; empty when it would not. */
export function refusals(planned: Plan, allowed: Allowed = {}): Problem[] {
  refuseUnknownOptions(allowed, allowedOptions);
  const { allowDeletes = null, allowMissing = null } = allowed;
  return guard(planned, { allowDeletes, allowMissing }).filter(({ severity }) => severity === "error");
}

/**
 * Carries out a plan. Throws a ProblemError when it would not be planned like this any more, when it is refused, and when another sync of
 * this working copy goes on; a resource that could not be applied is in the result.
 */
export async function apply(project: LoadedProject, planned: Plan, options: ApplyOptions = {}): Promise<ApplyResult> {
  refuseUnknownOptions(options, applyOptions);
  const { allowDeletes, allowMissing, concurrency, forceUnlock = false, onProgress = () => {}, signal } = options;
  refuseNoWholeNumber(1, { concurrency });
  const { context, project: read } = loadedAs(project, signal);
  const parsed = parsePlan(JSON.stringify(planned), "this plan");
  if ("problems" in parsed) throw new ProblemError(parsed.problems);
  const need = neededFor(planned.selectors);
  const planning = await openPlanningOf(context, read, planned.target, { willWrite: true, need, concurrency });
  return whileBusy(planning, { forceUnlock }, async () => {
    const fresh = await planning.plan(planned);
    const problems = [...verifyPlan(planned, fresh.plan), ...refusals(fresh.plan, { allowDeletes, allowMissing })];
    if (exitCodeOf(problems) !== 0) throw new ProblemError(problems);
    const { desired } = planning;
    const limit = concurrency === undefined ? {} : { concurrency };
    const work = { at: planning, desired, ...fresh };
    const { lock: _lock, ...applied } = await applyPlan(context, work, { onProgress, ...limit });
    return context.secrets.redactJson(applied);
  });
}
