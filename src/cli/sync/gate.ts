import type { Planning } from "../../api/planning.ts";
import { collectEndedSessions } from "../../api/testing/noted-sessions.ts";
import {
  type TestStates,
  baselineAt,
  readTestStates,
  untestedProblems,
  withProofs,
} from "../../api/testing/test-states.ts";
import type { Planned } from "../../api/testing/touched-assistants.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { type Problem, ProblemError, exitCodeOf, fail } from "../../problem.ts";
import { testStateText } from "../../scenarios/evidence/words.ts";
import type { Plan } from "../../sync/plan/plan-format.ts";
import { verifyPlanHash } from "../../sync/plan/saved-plan.ts";
import { test } from "../test/test.ts";
import type { World } from "../world.ts";
import { type CarryOutOptions, type TestedOptions, type Work, carryOut, refuseUnlessConfirmable } from "./carry-out.ts";
import { showPlan } from "./show-plan.ts";
import { scenariosToRun } from "../../scenarios/evidence/test-state.ts";

/** Options of a sync with a gate. */
export interface GateOptions extends TestedOptions {
  /** The maximum cost of the gate's tests, in US dollars. */
  budget?: number;
  jobs?: number;
}

/** True if only tested changes may be synced. Throws a ProblemError for options that have no effect otherwise. */
export function asksForTests({ gate, requireTested, allowUntested, budget, jobs }: GateOptions): boolean {
  const isGuarded = gate === true || requireTested === true;
  if (allowUntested !== undefined && !isGuarded) {
    fail("bad_flag", "--allow-untested has no effect, because no option requires tests", {
      hint: "Add --gate, which runs the tests, or --require-tested, which checks earlier ones.",
    });
  }
  if (allowUntested?.trim() === "") {
    fail("bad_flag", "--allow-untested needs a reason", { hint: 'For example: --allow-untested "the model is gone"' });
  }
  if (gate !== true && (budget !== undefined || jobs !== undefined)) {
    fail("bad_flag", `${budget === undefined ? "--jobs" : "--budget"} only applies to the tests of --gate`, {
      hint: "Add --gate.",
    });
  }
  return isGuarded;
}

interface TestedSync extends Pick<Work, "refusals" | "confirm"> {
  at: Planning;
  first: Planned;
  /** Creates a new plan from the state at that time. */
  replan: () => Promise<Planned>;
}

/**
 * Applies a plan when everything it changes is tested; with a gate, it is tested first, at the same target. The applied changes are
 * the tested ones: the evidence belongs to the files of the plan, and the plan is refused if the target has changed in the meantime.
 */
export async function syncTested(
  world: World,
  { at, first, replan, refusals, confirm }: TestedSync,
  options: GateOptions & CarryOutOptions,
): Promise<number> {
  const { allowUntested: reason, gate } = options;
  const before = await readTestStates(world, at, first, { isStrict: true });
  if (gate === true) {
    if (options.json !== true) {
      world.stdout.write(showPlan(world.secrets.redactJson(first.plan), options, world, { tests: before }));
    }
    const beforehand = [...refusals, ...untestable(first.plan, before, reason)];
    if (exitCodeOf(beforehand) !== 0) throw new ProblemError(beforehand);
    refuseUnlessConfirmable(world, first.plan, options);
    const exitCode = await runMissing(world, at, first.plan, before, options);
    if (exitCode !== 0) {
      world.stderr.write("Nothing was changed.\n");
      return exitCode;
    }
  }
  const last = gate === true ? await replan() : first;
  const tests = gate === true ? await readTestStates(world, at, last, { isStrict: true }) : before;
  const all = [
    ...refusals,
    ...verifyPlanHash(first.plan.plan_hash, last.plan),
    ...untestedProblems(last.plan, tests, reason),
  ];
  const desired = withProofs(at.desired, { states: tests, reason });
  const isShown = gate === true && options.json !== true;
  return carryOut(world, { at, ...last, desired, tests, refusals: all, confirm, isShown }, options);
}

/** Refusals for changes that no test can cover. They come before any test, which would cost money in vain. */
function untestable(plan: Plan, states: TestStates, reason: string | undefined): Problem[] {
  const without = [...states].filter(([, state]) => state.kind !== "tested" && scenariosToRun(state).length === 0);
  return untestedProblems(plan, new Map(without), reason);
}

/** The default number of parallel scenarios. */
const usualJobs = 8;

/** Runs the missing scenarios for the changes of a plan, with copies of its assistants. Returns the exit code of `test`. */
async function runMissing(
  world: World,
  at: Planning,
  plan: Plan,
  states: TestStates,
  { json, budget, jobs = usualJobs }: GateOptions & Pick<CarryOutOptions, "json">,
): Promise<number> {
  const ids = new Set<string>();
  for (const [address, state] of states) {
    if (state.through.length === 0) continue;
    const others = state.through.filter((each) => each !== address);
    const because = others.length === 0 ? "" : ` (through ${others.join(", ")})`;
    world.stderr.write(`${printableLine(`${address}${because}: ${testStateText(state)}`)}\n`);
    for (const id of scenariosToRun(state)) ids.add(id);
  }
  if (ids.size === 0) {
    // Delete what a killed gate left behind, even when there is nothing to run.
    await collectEndedSessions(at.project, at.open);
    return 0;
  }
  // Standard output is for the JSON of the sync.
  const side = json === true ? { ...world, stdout: world.stderr } : world;
  const chosen = { target: plan.target, id: [...ids], jobs, order: "file" as const };
  // A scenario in the baseline fails the gate by getting worse, not by its own rule.
  const loaded = await baselineAt(world, at, at.project.root);
  const knows = loaded !== null && [...ids].some((id) => loaded.baseline.scenarios.has(id));
  return test(side, [], {
    ...chosen,
    ...(knows && { baseline: loaded.file }),
    ...(budget !== undefined && { budget }),
  });
}
