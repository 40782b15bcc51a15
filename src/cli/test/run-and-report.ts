import type { RunDeps } from "../../scenarios/attempt.ts";
import { happeningLines } from "../../scenarios/reports/transcript.ts";
import { createResultsFile } from "../../scenarios/results-file.ts";
import { runScenarios } from "../../scenarios/pool.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { joinSecrets } from "../../scenarios/streamed-secrets.ts";
import { addResult, emptySummary, exitCodeOfRun } from "../../scenarios/summary.ts";
import type { Project } from "../../project/project.ts";
import { ensureStateFolder } from "../folders.ts";
import { inShell } from "../invocation.ts";
import { redacted } from "../redacted.ts";
import type { World } from "../world.ts";
import { openReporters } from "./reporters.ts";
import type { TestOptions } from "./test-options.ts";

/** Runs scenarios, hands each result to the reporters and to the results file as it comes, and gives the exit code. */
export async function runAndReport(
  world: World,
  project: Project,
  { selected, today, begin }: { selected: Scenario[]; today: string; begin: number },
  deps: RunDeps,
  { target, jobs, bail, reporter, verbose, deployed, json }: TestOptions,
): Promise<number> {
  const again = [
    world.command(world.cwd),
    "test",
    ...(target === undefined ? [] : [`--target ${inShell(target)}`]),
    ...(deployed === true ? ["--deployed"] : []),
  ];
  // A single conversation is shown as it happens; several at once would be mixed up.
  const isWatched =
    verbose === true && selected.length === 1 && json !== true && (reporter ?? ["list"]).includes("list");
  const reporters = await openReporters(world, json === true ? ["json", ...(reporter ?? [])] : (reporter ?? ["list"]), {
    verbose: verbose === true && !isWatched,
    repeat: (id) => [...again, `--id ${id}`].join(" "),
  });
  await ensureStateFolder(project.root);
  const file = await createResultsFile(project.root, runIdAt(world.now()));
  let summary = emptySummary;
  try {
    for await (const raw of runScenarios(selected, isWatched ? { ...deps, onHappening: watch(world) } : deps, {
      jobs,
      bail: bail ?? false,
      signal: world.signal,
      today,
    })) {
      // Before anything is cut or shown: what is left of a secret would not be known for one.
      const result = redacted(
        joinSecrets(raw, (text) => world.secrets.redact(text) !== text),
        world.secrets,
      );
      summary = addResult(summary, result);
      await file.append(result);
      for (const each of reporters.all) each.result(result);
    }
  } finally {
    for (const each of reporters.all) each.end(summary, world.now() - begin);
    await Promise.all([file.close(), reporters.close()]);
  }
  return exitCodeOfRun(summary, world.signal.aborted);
}

/** Prints what happens in a conversation as it happens. */
function watch({ stdout, secrets }: World): NonNullable<RunDeps["onHappening"]> {
  return (happening) => {
    const lines = happeningLines(secrets.redactJson(happening));
    if (lines.length > 0) stdout.write(`${lines.map((line) => `    ${line}`.trimEnd()).join("\n")}\n`);
  };
}

/** Sorts by time: `2026-11-22T10-04-05-123Z`. */
function runIdAt(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, "-");
}
