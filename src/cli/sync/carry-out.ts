import { randomUUID } from "node:crypto";
import { type Problem, ProblemError, exitCodeOf, fail } from "../../problem.ts";
import { contentsOf } from "../../project/contents.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { fieldValue } from "../../resources/fields.ts";
import { type Desired, kindNamed } from "../../resources/resource.ts";
import { type Applied, apply } from "../../sync/apply/apply.ts";
import { type AppliedText, isMergeable, keepAppliedTexts } from "../../sync/apply/applied-text-file.ts";
import { saveSnapshot } from "../../sync/apply/snapshot-file.ts";
import { acquireAdvisoryLock } from "../../sync/lock/busy-file.ts";
import { readJournal, writeJournal } from "../../sync/lock/journal-file.ts";
import { type Lock, hashesOf } from "../../sync/lock/lock.ts";
import { writeLock } from "../../sync/lock/lock-file.ts";
import { type Plan, hasChanges, writes } from "../../sync/plan/plan-format.ts";
import { commandFor } from "../../sync/render/command.ts";
import { renderApplied } from "../../sync/render/applied.ts";
import { ensureStateFolder } from "../../api/folders.ts";
import { typed } from "../invocation.ts";
import { wantsColor } from "../output.ts";
import type { ProjectAtTarget } from "../../api/planning.ts";
import { createProgress } from "./progress.ts";
import { type ShowOptions, showPlan } from "./show-plan.ts";
import { snapshotPlace } from "./snapshots.ts";
import type { World } from "../world.ts";
import { warn } from "../warn.ts";

/** A plan to carry out, with all that this needs. */
export interface Work {
  at: ProjectAtTarget;
  desired: readonly Desired[];
  plan: Plan;
  /** The lock that the plan was made with. */
  lock: Lock;
  /** The resources as the lock has them on disk, where the plan found more. */
  saved?: Lock["resources"];
  /** What stands in its way. */
  refusals: readonly Problem[];
  /** Asks a person, and tells whether the answer was the one that is needed. */
  confirm(this: void, ask: (question: string) => Promise<string>, plan: Plan): Promise<boolean>;
}

export interface CarryOutOptions extends ShowOptions {
  yes?: true;
  concurrency?: number;
}

const answerIsNo = 1;

/** Does something to a target while no other process of this working copy does, and closes the target. */
export async function whileBusy<T>(
  { project, open }: ProjectAtTarget,
  { forceUnlock = false }: { forceUnlock?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  try {
    await ensureStateFolder(project.root);
    const busy = await acquireAdvisoryLock(project.root, open.name, forceUnlock);
    try {
      return await work();
    } finally {
      await busy[Symbol.asyncDispose]();
    }
  } finally {
    await open.close();
  }
}

/** Shows a plan, asks, carries it out, and says what was done; gives the exit code. Throws the refusals when there are any. */
export async function carryOut(
  world: World,
  { at, desired, plan, lock, saved, refusals, confirm }: Work,
  options: CarryOutOptions,
): Promise<number> {
  if (!isJson(options)) world.stdout.write(showPlan(world.secrets.redactJson(plan), options, world));
  if (exitCodeOf(refusals) !== 0) throw new ProblemError(refusals);
  if (hasChanges(plan) && options.yes !== true && !(await confirmed(world, plan, confirm))) return answerIsNo;
  const { root } = at.project;
  const addresses = new Map(Object.entries(lock.resources).map(([address, { id }]) => [id, address]));
  const color = wantsColor(world.stderr, world.env);
  const progress = createProgress(world.stderr, { plan, kinds: resourceKinds, color });
  const applied = await apply({
    plan,
    kinds: resourceKinds,
    desired,
    registry: at.open.target.registry,
    lock,
    ...(saved && { saved }),
    contentOf: contentsOf(at.project, desired),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    saveLock: (next) => writeLock(root, at.lockFile, next),
    journal: await readJournal(root, at.open.name),
    saveJournal: (intents) => writeJournal(root, at.open.name, intents),
    saveSnapshot: (live, sensitive) => saveSnapshot(snapshotPlace(world, at), live, sensitive, addresses),
    newLineage: randomUUID,
    onProgress: progress.tell,
    signal: world.signal,
  }).finally(progress.end);
  await keepAppliedTexts(root, at.scope.target, appliedTexts(world, desired, plan), hashesOf(applied.lock));
  return report(world, plan, applied, options);
}

/** The texts that are at the target as the files have them, as far as they may be kept in plain text. */
export function appliedTexts({ secrets }: World, desired: readonly Desired[], { resources }: Plan): AppliedText[] {
  const actions = new Map(resources.map(({ address, action }) => [address, action]));
  return desired.flatMap((each) => {
    const kind = kindNamed(resourceKinds, each.kind);
    const action = actions.get(each.address);
    if (action === undefined || action === "drifted" || action === "refused") return [];
    return each.declared.flatMap((field): AppliedText[] => {
      const text = isMergeable(kind, field) ? fieldValue(kind, each.spec, field) : null;
      const isPlain =
        typeof text === "string" && each.sensitive?.[field] === undefined && secrets.redact(text) === text;
      return isPlain ? [{ kind, field, text }] : [];
    });
  });
}

/** Asks for a "yes". */
export async function confirmedByYes(ask: (question: string) => Promise<string>, { target }: Plan): Promise<boolean> {
  return (await ask(`Apply this to ${target}? Only "yes" does it: `)).trim() === "yes";
}

/** Whoever destroys without being asked says how much. */
function counted({ mode, resources, prune }: Plan): string[] {
  if (mode.kind !== "destroy") return [];
  return ["--allow-deletes", `${resources.filter((each) => writes(each, prune)).length}`];
}

function isJson({ json, format }: CarryOutOptions): boolean {
  return json === true || format === "json";
}

async function confirmed({ ask, stderr }: World, plan: Plan, confirm: Work["confirm"]): Promise<boolean> {
  const { mode, target } = plan;
  if (ask === null) {
    return fail("not_confirmed", `${mode.kind} would change ${target}, and there is no terminal to ask on`, {
      hint: `Review the plan, then run: ${commandFor(plan, ["--yes", ...counted(plan)], ...plan.selectors)}`,
    });
  }
  if (await confirm(ask, plan)) return true;
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
      problems,
    };
    world.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    warn(world, problems);
    world.stdout.write(typed(renderApplied(plan, applied), world.command(world.cwd)));
  }
  if (world.signal.aborted) throw world.signal.reason;
  return failed.length > 0 ? answerIsNo : exitCodeOf(problems);
}
