import { stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { exitCodeOf, fail } from "../../problem.ts";
import { guard } from "../../sync/guard.ts";
import { type Plan, hasChanges } from "../../sync/plan/plan-format.ts";
import { serializePlan } from "../../sync/plan/saved-plan.ts";
import { redacted } from "../../api/redacted.ts";
import type { previewMerges } from "../pull/merge.ts";
import { type Planning, destroying, neededFor, openPlanning, syncing, whatIsSound } from "../../api/planning.ts";
import type { Behaviour } from "../../scenarios/behaviour/words.ts";
import { readTestStates } from "../../api/testing/test-states.ts";
import { hasEvidence } from "../../scenarios/evidence/evidence-file.ts";
import { findProjectRoot } from "../../project/files.ts";
import { parseTake } from "./take.ts";
import { sunsetSources, sunsetWarnings } from "./sunset.ts";
import { isSelected } from "../../sync/plan/select.ts";
import { showPlan } from "./show-plan.ts";
import type { World } from "../world.ts";
import { warn } from "../warn.ts";
import type { PlanningOptions } from "./sync-options.ts";

interface Options extends PlanningOptions {
  format: "text" | "markdown" | "json";
  detailedExitcode?: true;
  expectNoChanges?: true;
  out?: string;
  failOnSunset?: number;
  destroy?: true;
  /** The commit to compare with; `true` for the commit where the branch left the main branch. */
  behaviour?: string | true;
}

const exitCodes = { done: 0, answerIsNo: 1, changesPresent: 2 };

/** `playbill plan`: shows what a sync would do and what blocks it. */
export async function plan(world: World, selectors: string[], options: Options): Promise<number> {
  const take = parseTake(options.take);
  const isDestroy = options.destroy === true;
  if (isDestroy && selectors.length > 0) {
    fail("bad_flag", "--destroy deletes everything of the project and takes no addresses", {
      hint: "To delete some objects, remove their files and use --prune.",
    });
  }
  const need = isDestroy ? whatIsSound : neededFor(selectors);
  const isText = options.json !== true && options.format === "text";
  const merging = { isShown: isText, ...(options.target !== undefined && { target: options.target }) };
  const unwritten = options.merge === undefined ? null : await previewed(world, options.merge, merging);
  const isShowingTests = !isDestroy && hasEvidence(findProjectRoot(world.cwd) ?? world.cwd);
  const planning = await openPlanning(world, options.target, {
    willWrite: false,
    need,
    concurrency: options.concurrency,
    ...(unwritten !== null && { unwritten }),
    withScenarios: isShowingTests && "sound",
  });
  try {
    const choices = isDestroy ? destroying(take) : { ...syncing, prune: options.prune ?? false, selectors, take };
    const isMeant = (address: string) => isSelected(address, selectors);
    const meant = isDestroy ? [] : planning.desired.filter(({ address }) => isMeant(address));
    const all = await planning.plan(choices);
    const { plan: planned } = all;
    // Last, so that an unreachable target is reported for the plan itself.
    const sources = meant.length === 0 ? null : await sunsetSources(planning.project, planning.open);
    const shown = world.secrets.redactJson(planned);
    if (options.out !== undefined) await save(resolve(world.cwd, options.out), shown);
    const { failOnSunset } = options;
    const sunset = sources === null ? [] : sunsetWarnings(world, planning.project, meant, sources, failOnSunset);
    const tests = isShowingTests ? await readTestStates(world, planning, all) : null;
    const behaviour = await behaviourOf(world, planning, selectors, options);
    const notes = redacted(sunset, world.secrets);
    world.stdout.write(showPlan(shown, options, world, { notes, tests, behaviour }));
    const refusals = guard(planned, {
      isWhole: planning.open.target.registry.isWhole,
      isAsked: true,
      allowDeletes: options.allowDeletes ?? null,
      allowMissing: options.allowMissing ?? null,
    });
    warn(world, [...refusals, ...sunset]);
    return exitCodeOf([...refusals, ...sunset]) || exitCodeOfPlan(planned, options);
  } finally {
    await planning.open.close();
  }
}

/** Loads the comparison of behaviour on demand. */
async function behaviourOf(
  world: World,
  planning: Planning,
  selectors: readonly string[],
  { behaviour: reference }: Options,
): Promise<Behaviour | null> {
  if (reference === undefined) return null;
  const { readBehaviour } = await import("./behaviour.ts");
  return redacted(await readBehaviour(world, planning, { reference, selectors }), world.secrets);
}

/** Loads the merge code on demand. */
async function previewed(...args: Parameters<typeof previewMerges>): ReturnType<typeof previewMerges> {
  const { previewMerges } = await import("../pull/merge.ts");
  return previewMerges(...args);
}

function exitCodeOfPlan(planned: Plan, { detailedExitcode, expectNoChanges }: Options): number {
  if (!hasChanges(planned)) return exitCodes.done;
  if (expectNoChanges === true) return exitCodes.answerIsNo;
  return detailedExitcode === true ? exitCodes.changesPresent : exitCodes.done;
}

async function save(file: string, planned: Plan): Promise<void> {
  try {
    const text = serializePlan(planned);
    // A pipe or a device cannot be replaced by a temporary file.
    if ((await stat(file).catch(() => null))?.isFile() === false) await writeFile(file, text);
    else await writeWhole(file, text);
  } catch (error) {
    fail("cannot_write", `cannot write the plan: ${(error as Error).message}`, {
      hint: "Use a writable path for --out.",
    });
  }
}
