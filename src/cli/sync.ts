import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Problem, ProblemError, exitCodeOf, fail } from "../problem.ts";
import { type Applied, apply } from "../sync/apply/apply.ts";
import { acquireAdvisoryLock } from "../sync/lock/busy-file.ts";
import { resourceKinds } from "../resources/kinds.ts";
import { guard } from "../sync/guard.ts";
import { readJournal, writeJournal } from "../sync/lock/journal-file.ts";
import { writeLock } from "../sync/lock/lock-file.ts";
import type { PlanOptions } from "../sync/plan/plan.ts";
import { type Plan, hasChanges } from "../sync/plan/plan-format.ts";
import { renderApplied, renderProgress } from "../sync/render/applied.ts";
import { renderText } from "../sync/render/text.ts";
import { saveSnapshot } from "../sync/apply/snapshot-file.ts";
import { snapshotPlace } from "./snapshots.ts";
import { isSavedPlan, parsePlan, verifyPlan, verifyPlanHash } from "../sync/plan/saved-plan.ts";
import { typed } from "./invocation.ts";
import { warn } from "./load.ts";
import { type Planning, type PlanningOptions, neededFor, openPlanning } from "./planning.ts";
import { ensureStateFolder } from "./folders.ts";
import { parseTake } from "./take.ts";
import { wantsColor } from "./output.ts";
import type { World } from "./world.ts";

interface Options extends PlanningOptions {
  yes?: true;
  planHash?: string;
  forceUnlock?: true;
}

const answerIsNo = 1;

/** `playbill sync`: plans, shows the plan, asks, and carries it out. */
export async function sync(world: World, given: string[], options: Options): Promise<number> {
  const saved = await readSavedPlan(world, given);
  const planning = await openPlanning(world, options.target ?? saved?.target, {
    willWrite: true,
    need: neededFor(saved?.selectors ?? given),
  });
  try {
    await ensureStateFolder(planning.project.root);
    const busy = await acquireAdvisoryLock(planning.project.root, planning.open.name, options.forceUnlock ?? false);
    try {
      const choices = saved ?? { prune: options.prune ?? false, selectors: given, take: parseTake(options.take) };
      return await carryOut(world, planning, choices, saved, options);
    } finally {
      await busy[Symbol.asyncDispose]();
    }
  } finally {
    await planning.open.close();
  }
}

async function carryOut(
  world: World,
  planning: Planning,
  choices: Pick<PlanOptions, "prune" | "selectors" | "take">,
  saved: Plan | null,
  options: Options,
): Promise<number> {
  const { plan, lock } = await planning.plan(choices);
  if (options.json !== true)
    world.stdout.write(
      renderText(world.secrets.redactJson(plan), {
        kinds: resourceKinds,
        full: options.full ?? false,
        color: wantsColor(world.stdout, world.env),
        command: world.command(world.cwd),
      }),
    );
  refuse([
    ...(saved === null ? [] : verifyPlan(saved, plan)),
    ...(options.planHash === undefined ? [] : verifyPlanHash(options.planHash, plan)),
    ...guard(plan, { allowDeletes: options.allowDeletes ?? null, allowMissing: options.allowMissing ?? null }),
  ]);
  if (hasChanges(plan) && options.yes !== true && !(await confirmed(world, planning.open.name))) return answerIsNo;
  const { root } = planning.project;
  const applied = await apply({
    plan,
    kinds: resourceKinds,
    desired: planning.desired,
    registry: planning.open.target.registry,
    lock,
    saveLock: (next) => writeLock(root, planning.lockFile, next),
    journal: await readJournal(root, planning.open.name),
    saveJournal: (markers) => writeJournal(root, planning.open.name, markers),
    saveSnapshot: (live, sensitive) => saveSnapshot(snapshotPlace(world, planning), live, sensitive),
    newLineage: randomUUID,
    onProgress: (progress) => world.stderr.write(renderProgress(progress, wantsColor(world.stderr, world.env))),
    signal: world.signal,
  });
  return report(world, plan, applied, options);
}

function report(world: World, plan: Plan, applied: Applied, { json }: Options): number {
  const { done, failed, skipped, notStarted, problems } = applied;
  if (json === true) {
    const result = {
      format_version: 1,
      target: plan.target,
      plan_hash: plan.plan_hash,
      done,
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

function refuse(problems: Problem[]): void {
  if (exitCodeOf(problems) !== 0) throw new ProblemError(problems);
}

async function confirmed(world: World, target: string): Promise<boolean> {
  if (world.ask === null) {
    return fail("not_confirmed", `sync would change ${target}, and there is no terminal to ask on`, {
      hint: "Review the plan, then run it with --yes.",
    });
  }
  const answer = await world.ask(`Apply this to ${target}? Only "yes" does it: `);
  if (answer.trim() === "yes") return true;
  world.stderr.write("Nothing was changed.\n");
  return false;
}

/** A plan saved by `plan --out`, when that is what was named: it is known by its content, whatever it is called. */
async function readSavedPlan(world: World, given: readonly string[]): Promise<Plan | null> {
  const [file] = given;
  if (given.length !== 1 || file === undefined) return null;
  const text = await readFile(resolve(world.cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    // Addresses never end in `.json`.
    if (error.code === "ENOENT" && !file.endsWith(".json")) return null;
    return fail("unreadable_plan", `cannot read the plan ${file}: ${error.message}`, {
      hint: `Save one: playbill plan --out ${file}`,
    });
  });
  if (text === null || (!isSavedPlan(text) && !file.endsWith(".json"))) return null;
  const parsed = parsePlan(text, file);
  if ("problems" in parsed) throw new ProblemError(parsed.problems);
  return parsed.plan;
}
