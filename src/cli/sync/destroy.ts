import { guard } from "../../sync/guard.ts";
import { type Plan, writes } from "../../sync/plan/plan-format.ts";
import { type CarryOutOptions, carryOut } from "./carry-out.ts";
import { destroying, openPlanning, whatIsSound } from "../../api/planning.ts";
import { parseTake } from "./take.ts";
import type { World } from "../world.ts";
import { whileBusy } from "../../api/apply.ts";
import type { PlanningOptions } from "./sync-options.ts";

interface Options extends Omit<PlanningOptions, "prune">, CarryOutOptions {
  forceUnlock?: true;
}

/** `playbill destroy`: deletes everything this project owns at the target, after the user has typed its name or given the number. */
export async function destroy(world: World, options: Options): Promise<number> {
  const take = parseTake(options.take);
  const planning = await openPlanning(world, options.target, {
    willWrite: true,
    need: whatIsSound,
    concurrency: options.concurrency,
  });
  return whileBusy(planning, options, async () => {
    const { plan, lock, saved } = await planning.plan(destroying(take));
    const refusals = guard(plan, {
      isAsked: options.yes !== true,
      allowDeletes: options.allowDeletes ?? null,
      allowMissing: options.allowMissing ?? null,
    });
    return carryOut(
      world,
      { at: planning, desired: planning.desired, plan, lock, saved, refusals, confirm: confirmed },
      options,
    );
  });
}

async function confirmed(ask: NonNullable<World["ask"]>, plan: Plan): Promise<boolean> {
  const { project, target, prune, resources } = plan;
  const count = resources.filter((each) => writes(each, prune)).length;
  const name = await ask(
    `This deletes ${count} ${count === 1 ? "object" : "objects"} at ${target}. Type ${project} or ${target} to confirm: `,
  );
  return name !== null && [project, target].includes(name.trim());
}
