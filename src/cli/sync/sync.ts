import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ProblemError, fail, advice } from "../../problem.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { guard } from "../../sync/guard.ts";
import type { Plan } from "../../sync/plan/plan-format.ts";
import { isSavedPlan, parsePlan, verifyPlan, verifyPlanHash } from "../../sync/plan/saved-plan.ts";
import { carryOut, confirmedByYes, testedFlags } from "./carry-out.ts";
import { type GateOptions, asksForTests, syncTested } from "./gate.ts";
import { findProjectRoot } from "../../project/files.ts";
import { readTestStates } from "../../api/testing/test-states.ts";
import { hasEvidence } from "../../scenarios/evidence/evidence-file.ts";
import { mergeAtTarget } from "../pull/merge.ts";
import { neededFor, openPlanning, syncing, whatIsSound } from "../../api/planning.ts";
import { parseTake } from "./take.ts";
import type { World } from "../world.ts";
import { whileBusy } from "../../api/apply.ts";
import type { PlanningOptions } from "./sync-options.ts";
import { inShell } from "../../kit/shell.ts";

interface Options extends PlanningOptions, GateOptions {
  yes?: true;
  planHash?: string;
  forceUnlock?: true;
}

/** `playbill sync`: plans, shows the plan, asks for confirmation, and applies it. */
export async function sync(world: World, given: string[], options: Options): Promise<number> {
  const saved = await readSavedPlan(world, given);
  const isGuarded = asksForTests(options);
  for (const address of options.merge ?? []) {
    // Standard output is for the JSON of the sync.
    const side = options.json === true ? { ...world, stdout: world.stderr } : world;
    const { target, yes } = options;
    const code = await mergeAtTarget(side, address, { ...(target !== undefined && { target }), ...(yes && { yes }) });
    if (code !== 0) return code;
  }
  const isShowingTests = isGuarded || hasEvidence(findProjectRoot(world.cwd) ?? world.cwd);
  const planning = await openPlanning(world, options.target ?? saved?.target, {
    willWrite: true,
    concurrency: options.concurrency,
    need: saved?.mode.kind === "destroy" ? whatIsSound : neededFor(saved?.selectors ?? given),
    // A scenario that cannot be read could be one that fails.
    withScenarios: isGuarded ? "all" : isShowingTests && "sound",
  });
  return whileBusy(planning, options, async () => {
    const fresh = { ...syncing, prune: options.prune ?? false, selectors: given, take: parseTake(options.take) };
    const first = await planning.plan(saved ?? fresh);
    const refusals = [
      ...(saved === null ? [] : verifyPlan(saved, first.plan)),
      ...(options.planHash === undefined ? [] : verifyPlanHash(options.planHash, first.plan)),
      ...guard(first.plan, {
        allowDeletes: options.allowDeletes ?? null,
        allowMissing: options.allowMissing ?? null,
        kept: testedFlags(options),
        isWhole: planning.open.target.registry.isWhole,
      }),
    ];
    const work = { at: planning, refusals, confirm: confirmedByYes };
    const replan = () => planning.plan(saved ?? fresh);
    if (isGuarded) return syncTested(world, { ...work, first, replan }, options);
    const tests = isShowingTests ? await readTestStates(world, planning, first) : null;
    return carryOut(world, { ...work, ...first, desired: planning.desired, tests }, options);
  });
}

/** A plan saved by `plan --out`, if the argument names one: it is recognized by its content, not its name. */
async function readSavedPlan(world: World, given: readonly string[]): Promise<Plan | null> {
  const found = await Promise.all(given.map((name) => planIn(world, name)));
  const index = found.findIndex((text) => text !== null);
  const [file, text] = [given[index], found[index]];
  if (file === undefined || typeof text !== "string") return null;
  if (given.length > 1) {
    return fail(
      "bad_flag",
      `${file} is a saved plan with its own addresses; no others can be given`,
      advice({ purpose: "To apply it", command: `playbill sync ${inShell(file)}` }),
    );
  }
  const parsed = parsePlan(text, file);
  if ("problems" in parsed) throw new ProblemError(parsed.problems);
  return parsed.plan;
}

/** The text of an argument that is meant as a saved plan; `null` for an address. */
async function planIn(world: World, name: string): Promise<string | null> {
  const text = await readFile(resolve(world.cwd, name), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" && isAddress(name)) return null;
    const why = error.code === "ENOENT" ? "it does not exist" : error.message;
    return fail(
      "unreadable_plan",
      `cannot read the plan ${name}: ${why}`,
      advice({ purpose: "To save a plan", command: `playbill plan --out ${inShell(name)}` }),
    );
  });
  return text !== null && (isSavedPlan(text) || !isAddress(name)) ? text : null;
}

/** True for `assistant.support` and for globs; a name without a dot, with a path, or ending in `.json` is a file. */
function isAddress(name: string): boolean {
  if (/[*?]/.test(name)) return true;
  const kinds = ["tool", "scenario", ...resourceKinds.map((kind) => kind.name)];
  return !name.endsWith(".json") && kinds.some((kind) => name.startsWith(`${kind}.`));
}
