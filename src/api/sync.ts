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

/** Options of a plan. */
export interface PlanOptions {
  /** Default: the project's own. */
  target?: string | undefined;
  /** Addresses or globs; default: everything. */
  addresses?: readonly string[] | undefined;
  /** Delete objects that are no longer declared; default: only report them. */
  prune?: boolean | undefined;
  /** By address: whether the files or an edit at the target win. */
  take?: Readonly<Record<string, Take>> | undefined;
  /** Plan to delete everything that the project owns. */
  destroy?: boolean | undefined;
  /** The maximum number of parallel requests to the target. */
  concurrency?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Confirmations for a plan that would otherwise be refused. */
export interface Allowed {
  /** The exact number of objects to delete. */
  allowDeletes?: number | undefined;
  /** The exact number of missing objects. */
  allowMissing?: number | undefined;
}

/** Options for applying a plan. */
export interface ApplyOptions extends Allowed {
  /** The maximum number of resources applied in parallel, and of parallel requests. */
  concurrency?: number | undefined;
  /** Continue although another sync of this working copy seems to be running. */
  forceUnlock?: boolean | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** After an abort, nothing new is started; changes in progress are finished and recorded. */
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

/** The result of applying a plan. */
export interface ApplyResult {
  done: { address: string; action: Action; id: string }[];
  /** Objects deleted because others replaced them. */
  collected: { address: string; id: string }[];
  /** Failed addresses; `problems` has the reasons. */
  failed: string[];
  /** Addresses that depend on one that failed. */
  skipped: string[];
  /** Addresses that were not started, because of an abort or because nothing more could be recorded. */
  notStarted: string[];
  problems: Problem[];
}

/** Plans what `apply` would do to make a target match the files. Changes nothing. Throws a ProblemError. */
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

/** The reasons why `apply` would refuse a plan; empty when it would not. */
export function refusals(planned: Plan, allowed: Allowed = {}): Problem[] {
  refuseUnknownOptions(allowed, allowedOptions);
  const { allowDeletes = null, allowMissing = null } = allowed;
  return guard(planned, { allowDeletes, allowMissing }).filter(({ severity }) => severity === "error");
}

/**
 * Applies a plan. Throws a ProblemError when the plan is out of date, when it is refused, and when another sync of
 * this working copy is running; resources that could not be applied are in the result.
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
