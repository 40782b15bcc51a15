import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { exitCodeOf, fail } from "../problem.ts";
import { resourceKinds } from "../resources/kinds.ts";
import { guard } from "../sync/guard.ts";
import { type Plan, hasChanges } from "../sync/plan/plan-format.ts";
import { renderMarkdown } from "../sync/render/markdown.ts";
import { renderText } from "../sync/render/text.ts";
import { serializePlan } from "../sync/plan/saved-plan.ts";
import { warn } from "./load.ts";
import { type PlanningOptions, neededFor, openPlanning } from "./planning.ts";
import { parseTake } from "./take.ts";
import { wantsColor } from "./output.ts";
import type { World } from "./world.ts";

interface Options extends PlanningOptions {
  format: "text" | "markdown" | "json";
  detailedExitcode?: true;
  expectNoChanges?: true;
  out?: string;
}

const exitCodes = { done: 0, answerIsNo: 1, changesPresent: 2 };

/** `playbill plan`: shows what a sync would do and what stands in its way. */
export async function plan(world: World, selectors: string[], options: Options): Promise<number> {
  const take = parseTake(options.take);
  const planning = await openPlanning(world, options.target, { willWrite: false, need: neededFor(selectors) });
  try {
    const { plan: planned } = await planning.plan({ prune: options.prune ?? false, selectors, take });
    const shown = world.secrets.redactJson(planned);
    if (options.out !== undefined) await save(resolve(world.cwd, options.out), shown);
    world.stdout.write(show(shown, options, world));
    const refusals = guard(planned, {
      allowDeletes: options.allowDeletes ?? null,
      allowMissing: options.allowMissing ?? null,
    });
    warn(world, refusals);
    return exitCodeOf(refusals) || exitCodeOfPlan(planned, options);
  } finally {
    await planning.open.close();
  }
}

function show(planned: Plan, { json, format, full }: Options, world: World): string {
  if (json === true || format === "json") return serializePlan(planned);
  if (format === "markdown") return renderMarkdown(planned, resourceKinds, world.command(world.cwd));
  return renderText(planned, {
    kinds: resourceKinds,
    full: full ?? false,
    color: wantsColor(world.stdout, world.env),
    command: world.command(world.cwd),
  });
}

function exitCodeOfPlan(planned: Plan, { detailedExitcode, expectNoChanges }: Options): number {
  if (!hasChanges(planned)) return exitCodes.done;
  if (expectNoChanges === true) return exitCodes.answerIsNo;
  return detailedExitcode === true ? exitCodes.changesPresent : exitCodes.done;
}

async function save(file: string, planned: Plan): Promise<void> {
  try {
    await writeFile(file, serializePlan(planned));
  } catch (error) {
    fail("cannot_write", `cannot write the plan: ${(error as Error).message}`, {
      hint: "Give --out a path that can be written.",
    });
  }
}
