import { fail } from "../../problem.ts";
import { lastRun } from "../../scenarios/runs/runs-folder.ts";
import { countsOf, damagedText, leftOf } from "../../scenarios/runs/unfinished.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { World } from "../world.ts";

/**
 * Those of these scenarios that did not pass in the last run at that target, which is printed; none when everything passed. Throws a ProblemError
 * when there was no run, or when none of these scenarios is among the failed ones.
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
      hint: "Run once without --last-failed to create one.",
    });
  }
  const { total, bad } = await leftOf(run, (line) => world.stderr.write(damagedText(run.header.run, line)));
  const about = `the last run (${run.header.run}, ${total} ${total === 1 ? "scenario" : "scenarios"})`;
  if (bad.size === 0) {
    world.stderr.write(`nothing failed in ${about}, so there is nothing to run\n`);
    return [];
  }
  const chosen = asked.filter(({ id }) => bad.has(id));
  if (chosen.length === 0) {
    return fail("no_scenarios", `none of the ${bad.size} that did not pass in ${about} matches the selection`, {
      hint: "Remove paths and filters one by one; a scenario may also have been deleted.",
    });
  }
  const counts = countsOf(chosen.flatMap(({ id }) => bad.get(id) ?? []));
  const gone = bad.size - chosen.length;
  const others = gone === 0 ? "" : `; ${gone} more are not selected or no longer exist`;
  world.stderr.write(`running ${chosen.length} of ${about}: ${counts}${others}\n`);
  return chosen;
}
