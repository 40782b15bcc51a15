import { fail } from "../../problem.ts";
import { lastRun } from "../../scenarios/runs/runs-folder.ts";
import { countsOf, damagedText, leftOf } from "../../scenarios/runs/unfinished.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { World } from "../world.ts";

/**
 * Of these scenarios those that did not end well in the last run at that target, which is said; none when all of that run did. Throws a ProblemError
 * when there was no run, or when none of these is among those that did not.
 */
export async function failedLast(
  world: World,
  root: string,
  target: string,
  asked: readonly Scenario[],
): Promise<Scenario[]> {
  const run = await lastRun(root, target);
  if (run === null) {
    return fail("unknown_run", `no run at ${target} is stored in .playbill/runs`, {
      hint: "Leave out --last-failed: the next time there is one.",
    });
  }
  const { total, bad } = await leftOf(run, (line) => world.stderr.write(damagedText(run.header.run, line)));
  const about = `the last run (${run.header.run}, ${total} ${total === 1 ? "scenario" : "scenarios"})`;
  if (bad.size === 0) {
    world.stderr.write(`nothing failed in ${about}, so nothing is run\n`);
    return [];
  }
  const chosen = asked.filter(({ id }) => bad.has(id));
  if (chosen.length === 0) {
    return fail("no_scenarios", `none of the ${bad.size} that did not pass in ${about} fits what was asked for`, {
      hint: "Leave out the paths and the other flags, one by one; a scenario may be gone, too.",
    });
  }
  const counts = countsOf(chosen.flatMap(({ id }) => bad.get(id) ?? []));
  const gone = bad.size - chosen.length;
  const others = gone === 0 ? "" : `; ${gone} more are not selected or not there any more`;
  world.stderr.write(`running ${chosen.length} of ${about}: ${counts}${others}\n`);
  return chosen;
}
