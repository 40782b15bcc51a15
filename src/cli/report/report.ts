import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, advice } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import { mergedHeader, suiteOf } from "../../scenarios/runs/merge-shards.ts";
import { createResultsFile } from "../../scenarios/runs/results-file.ts";
import { findRun } from "../../scenarios/runs/runs-folder.ts";
import { damagedText } from "../../scenarios/runs/unfinished.ts";
import { readVersion } from "../package.ts";
import type { World } from "../world.ts";
import { openReporters, together } from "./reporters.ts";
import { copyResults, readPart, reportParts } from "./stored-parts.ts";
import { type ReportingOptions, storedContext, wantedReporters } from "./reporting-options.ts";

/** `playbill report RUN`: makes reports from a stored run. The exit code shows that they were made, not the result of the run. */
export async function report(world: World, name: string, options: ReportingOptions): Promise<number> {
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  const run = await findRun(root, world.cwd, name);
  const id = run.header.run;
  const read = await readPart(run.path, run, (line) => world.stderr.write(damagedText(id, line)));
  // A shard is reported as a shard, not as an incomplete suite.
  const part = { ...read, header: { ...read.header, shard: null } };
  const order = suiteOf([part]);
  if (order.length === 0) {
    return fail(
      "empty_run",
      `the run ${id} contains no scenarios, so there is nothing to report`,
      advice("Name another run.", { purpose: "To make one", command: "playbill test" }),
    );
  }
  const reporters = await openReporters(
    world,
    wantedReporters(options),
    await storedContext(world, root, run.header, options),
  );
  // Results are stored in the order of completion; reports show them in the order of the files.
  const folder = await mkdtemp(join(tmpdir(), "playbill-report-"));
  try {
    const { began = "" } = run.header;
    const about = { run: id, playbill: run.header.playbill ?? readVersion(), began };
    const header = { ...mergedHeader([part], about), ...run.header };
    const file = await createResultsFile(join(folder, "results.jsonl"), header);
    try {
      await copyResults([run], file);
      await reportParts(file, [part], order, together(reporters.all), [run.path]);
    } finally {
      await file.close();
    }
    await reporters.close();
  } catch (error) {
    await reporters.abandon();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
}
