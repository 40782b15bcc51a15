import type { Problem } from "../../problem.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import type { Plan } from "../../sync/plan/plan-format.ts";
import { serializePlan } from "../../sync/plan/saved-plan.ts";
import { renderMarkdown } from "../../sync/render/markdown.ts";
import { renderText } from "../../sync/render/text.ts";
import { wantsColor } from "../output.ts";
import type { World } from "../world.ts";

/** How a plan is to be shown. */
export interface ShowOptions {
  format?: "text" | "markdown" | "json";
  full?: true;
  json?: true;
}

/** A plan in words, or as JSON; in a comment, problems about what it declares are a part of it. The secrets of both must have been taken out. */
export function showPlan(
  plan: Plan,
  { json, format, full }: ShowOptions,
  world: World,
  notes: readonly Problem[] = [],
): string {
  if (json === true || format === "json") return serializePlan(plan);
  if (format === "markdown") return renderMarkdown(plan, resourceKinds, { command: world.command(world.cwd), notes });
  return renderText(plan, {
    kinds: resourceKinds,
    full: full ?? false,
    color: wantsColor(world.stdout, world.env),
    command: world.command(world.cwd),
  });
}
