import { type Problem, ProblemError, exitCodeOf, fail, advice } from "../../problem.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { type PlannedWork, applyPlan } from "../../api/apply.ts";
import type { Applied } from "../../sync/apply/apply.ts";
import { type Plan, hasChanges, writes } from "../../sync/plan/plan-format.ts";
import { commandFor } from "../../sync/render/command.ts";
import { renderApplied } from "../../sync/render/applied.ts";
import type { TestStates } from "../../api/testing/test-states.ts";
import { inShell } from "../../kit/shell.ts";
import { typed, problemsForPrograms } from "../invocation.ts";
import { wantsColor } from "../output.ts";
import { createProgress } from "./progress.ts";
import { type ShowOptions, showPlan } from "./show-plan.ts";
import type { World } from "../world.ts";
import { warn } from "../warn.ts";

/** A plan to apply, with the conditions for it. */
export interface Work extends PlannedWork {
  /** Problems that block the plan. */
  refusals: readonly Problem[];
  /** The test states of assistants; absent when they are not needed. */
  tests?: TestStates | null;
  /** True when the user has already seen the plan. */
  isShown?: boolean;
  /** Asks for confirmation; returns true for the expected answer. */
  confirm(this: void, ask: NonNullable<World["ask"]>, plan: Plan): Promise<boolean>;
}

/** Options of a sync that require tests. */
export interface TestedOptions {
  /** Run the scenarios that have not tested the changes yet. */
  gate?: true;
  /** Apply only tested changes, without running anything. */
  requireTested?: true;
  /** The reason for applying untested changes. */
  allowUntested?: string;
}

export interface CarryOutOptions extends ShowOptions, TestedOptions {
  yes?: true;
  concurrency?: number;
}

const answerIsNo = 1;

/** Shows a plan, asks for confirmation, applies it, and reports the result; returns the exit code. Throws the refusals if there are any. */
export async function carryOut(world: World, work: Work, options: CarryOutOptions): Promise<number> {
  const { plan, refusals, tests = null, isShown = false, confirm } = work;
  if (!isJson(options) && !isShown) {
    world.stdout.write(showPlan(world.secrets.redactJson(plan), options, world, { tests }));
  }
  if (exitCodeOf(refusals) !== 0) throw new ProblemError(refusals);
  refuseUnlessConfirmable(world, plan, options);
  if (hasChanges(plan) && options.yes !== true && !(await confirmed(world, plan, confirm))) return answerIsNo;
  const color = wantsColor(world.stderr, world.env);
  const progress = createProgress(world.stderr, { plan, kinds: resourceKinds, color });
  const { concurrency } = options;
  const applied = await applyPlan(world, work, {
    onProgress: progress.tell,
    ...(concurrency !== undefined && { concurrency }),
  }).finally(progress.end);
  return report(world, plan, applied, options);
}

/** Asks for confirmation with "yes". */
export async function confirmedByYes(ask: NonNullable<World["ask"]>, { target }: Plan): Promise<boolean> {
  return (await ask(`Apply this to ${target}? Only "yes" is accepted: `))?.trim() === "yes";
}

/** The flag with the number of deletions, which destroying without confirmation needs. */
function counted({ mode, resources, prune }: Plan): string[] {
  if (mode.kind !== "destroy") return [];
  return ["--allow-deletes", `${resources.filter((each) => writes(each, prune)).length}`];
}

function isJson({ json, format }: CarryOutOptions): boolean {
  return json === true || format === "json";
}

/** The flags about tests, to repeat in a printed follow-up command. */
export function testedFlags({ gate, requireTested, allowUntested }: TestedOptions): string[] {
  return [
    ...(gate === true ? ["--gate"] : []),
    ...(requireTested === true ? ["--require-tested"] : []),
    ...(allowUntested === undefined ? [] : [`--allow-untested ${inShell(allowUntested)}`]),
  ];
}

/** Throws a ProblemError when a plan needs confirmation and there is no terminal. */
export function refuseUnlessConfirmable({ ask }: Pick<World, "ask">, plan: Plan, options: CarryOutOptions): void {
  if (ask !== null || options.yes === true || !hasChanges(plan)) return;
  const { mode, target, selectors } = plan;
  const flags = [...testedFlags(options), "--yes", ...counted(plan)];
  fail(
    "not_confirmed",
    `${mode.kind} would change ${target}, but there is no terminal to confirm it`,
    advice({ purpose: "Review the plan, then run", command: commandFor(plan, flags, ...selectors) }),
  );
}

async function confirmed({ ask, stderr }: World, plan: Plan, confirm: Work["confirm"]): Promise<boolean> {
  if (ask !== null && (await confirm(ask, plan))) return true;
  stderr.write("Nothing was changed.\n");
  return false;
}

function report(world: World, plan: Plan, applied: Applied, options: CarryOutOptions): number {
  const { done, collected, failed, skipped, notStarted, problems } = applied;
  if (isJson(options)) {
    const result = {
      format_version: 1,
      target: plan.target,
      plan_hash: plan.plan_hash,
      done,
      collected,
      failed,
      skipped,
      not_started: notStarted,
      problems: problemsForPrograms(problems, world.command(world.cwd)),
    };
    world.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    warn(world, problems);
    world.stdout.write(
      typed(renderApplied({ ...plan, kept: testedFlags(options) }, applied), world.command(world.cwd)),
    );
  }
  if (world.signal.aborted) throw world.signal.reason;
  return failed.length > 0 ? answerIsNo : exitCodeOf(problems);
}
