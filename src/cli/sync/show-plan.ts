import type { Problem } from "../../problem.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import type { Plan } from "../../sync/plan/plan-format.ts";
import { serializePlan } from "../../sync/plan/saved-plan.ts";
import { renderMarkdown } from "../../sync/render/markdown.ts";
import { renderText } from "../../sync/render/text.ts";
import { type TestStates, testRemarks } from "../../api/testing/test-states.ts";
import { type Behaviour, behaviourMarkdown, behaviourText } from "../../scenarios/behaviour/words.ts";
import { wantsColor } from "../output.ts";
import type { World } from "../world.ts";

/** Options for showing a plan. */
export interface ShowOptions {
  format?: "text" | "markdown" | "json";
  full?: true;
  json?: true;
}

/** A plan as text or JSON; in Markdown, problems of the declarations are included. Secrets must have been redacted before. */
export function showPlan(
  plan: Plan,
  { json, format, full }: ShowOptions,
  world: World,
  { notes = [], tests = null, behaviour = null }: ShownBeside = {},
): string {
  if (json === true || format === "json") return planJson(plan, { tests, behaviour });
  const remarks = tests === null ? {} : { remarks: testRemarks(tests) };
  if (format === "markdown") {
    const beside = behaviour && behaviourMarkdown(behaviour);
    return renderMarkdown(plan, resourceKinds, { command: world.command(world.cwd), notes, beside, ...remarks });
  }
  const text = renderText(plan, {
    kinds: resourceKinds,
    full: full ?? false,
    color: wantsColor(world.stdout, world.env),
    command: world.command(world.cwd),
    ...remarks,
  });
  return behaviour === null ? text : `${text}\n${behaviourText(behaviour)}`;
}

/** Additional content to show with a plan. */
export interface ShownBeside {
  /** Problems of the declarations. */
  notes?: readonly Problem[];
  /** The test states of assistants; `null` when not requested. */
  tests?: TestStates | null;
  /** The changes in behaviour; `null` when not requested. */
  behaviour?: Behaviour | null;
}

/** A plan as JSON. Unlike a saved plan, it includes test states and changes in behaviour. */
function planJson(plan: Plan, { tests, behaviour }: Required<Pick<ShownBeside, "tests" | "behaviour">>): string {
  if (tests === null && behaviour === null) return serializePlan(plan);
  const beside = {
    ...(tests !== null && { tests: Object.fromEntries(tests) }),
    ...(behaviour !== null && { behaviour }),
  };
  return `${JSON.stringify({ ...plan, ...beside }, null, 2)}\n`;
}
