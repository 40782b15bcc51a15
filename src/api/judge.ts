import { fail } from "../problem.ts";
import { resolveTarget } from "../project/resolve-target.ts";
import { judge as judgeRecord } from "../scenarios/judge.ts";
import type { RunRecord } from "../scenarios/record/record.ts";
import type { PlacedVerdict } from "../scenarios/results/result.ts";
import { placed } from "../scenarios/results/scenario-result.ts";
import { expandAll } from "./expansion.ts";
import { type LoadedProject, loadedAs } from "./loaded-project.ts";
import { refuseUnfit } from "./testing/choose.ts";

/**
 * Judges a record by the current scenario with an id. No model is called: judges and similarities use the answers in the record. Throws a
 * ProblemError when there is no such scenario.
 */
export function judge(
  project: LoadedProject,
  id: string,
  record: RunRecord,
  { target }: { target?: string | undefined } = {},
): PlacedVerdict[] {
  const { context, project: read, testProblems } = loadedAs(project);
  const address = `scenario.${id.replace(/\[.*$/, "")}`;
  const config = resolveTarget(read, target, context.env);
  const scenario = expandAll(read, config, (each) => each === address).find((each) => each.id === id);
  if (scenario === undefined) return fail("unknown_scenario", `there is no scenario with the id ${id}`);
  refuseUnfit([scenario], testProblems);
  return placed({ verdicts: judgeRecord(record, scenario, context.secrets.redactJson) }, scenario);
}
