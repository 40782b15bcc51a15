import type { Project } from "../project/project.ts";
import type { ExpandedScenario } from "../scenarios/expand.ts";
import { createResultsFile } from "../scenarios/results-file.ts";
import { type RunDeps, runScenarios } from "../scenarios/run.ts";
import { addResult, emptySummary, exitCodeOfRun } from "../scenarios/summary.ts";
import { openReporters } from "./reporters.ts";
import { ensureStateFolder } from "./state-folder.ts";
import type { TestOptions } from "./test-options.ts";
import type { World } from "./world.ts";

/** Runs scenarios, hands each result to the reporters and to the results file as it comes, and gives the exit code. */
export async function runAndReport(
  world: World,
  project: Project,
  { selected, today, begin }: { selected: ExpandedScenario[]; today: string; begin: number },
  deps: RunDeps,
  { target, jobs, bail, reporter, verbose, deployed, json }: TestOptions,
): Promise<number> {
  const again = [
    "playbill test",
    ...(target === undefined ? [] : [`--target ${target}`]),
    ...(deployed === true ? ["--deployed"] : []),
  ];
  const reporters = await openReporters(world, json === true ? ["json", ...(reporter ?? [])] : (reporter ?? ["list"]), {
    verbose: verbose ?? false,
    repeat: (id) => [...again, `--id ${id}`].join(" "),
  });
  await ensureStateFolder(project.root);
  const file = await createResultsFile(project.root, runIdAt(world.now()));
  let summary = emptySummary;
  try {
    for await (const result of runScenarios(selected, deps, {
      jobs,
      bail: bail ?? false,
      signal: world.signal,
      today,
    })) {
      summary = addResult(summary, result);
      await file.append(result);
      for (const each of reporters.all) each.result(result);
    }
    for (const each of reporters.all) each.end(summary, world.now() - begin);
  } finally {
    await Promise.all([file.close(), reporters.close()]);
  }
  return exitCodeOfRun(summary, world.signal.aborted);
}

/** Sorts by time: `2026-11-22T10-04-05-123Z`. */
function runIdAt(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, "-");
}
