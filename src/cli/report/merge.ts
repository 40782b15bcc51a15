import { relative, resolve } from "node:path";
import { ensureStateFolder } from "../../api/folders.ts";
import { ProblemError, fail, problem } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import { type RunPart, incompleteOf, mergedHeader, mergeProblems, suiteOf } from "../../scenarios/runs/merge-shards.ts";
import type { Ended } from "../../scenarios/runs/run-end.ts";
import type { RunHeader } from "../../scenarios/runs/run-header.ts";
import { type ResultsFile, createResultsFile } from "../../scenarios/runs/results-file.ts";
import { makeRunFolder, pruneRuns } from "../../scenarios/runs/runs-folder.ts";
import { type StoredRun, openStoredRun } from "../../scenarios/runs/stored-run.ts";
import { readVersion } from "../package.ts";
import type { World } from "../world.ts";
import { openReporters, together } from "./reporters.ts";
import { type ReportingOptions, storedContext, wantedReporters } from "./reporting-options.ts";
import { copyResults, readPart, reportParts } from "./stored-parts.ts";

/** `playbill merge BLOB...`: merges the shards of a suite into one run, with one verdict and one exit code. All blobs are read before anything is written. */
export async function merge(world: World, files: string[], options: ReportingOptions): Promise<number> {
  const root = findProjectRoot(world.cwd);
  if (root === null) {
    return fail("no_project", `there is no playbill.yaml in ${world.cwd} or above it`, {
      hint: "The merged run is stored in the project. Check the project out and run merge there.",
    });
  }
  const runs = await openAll(world, files);
  const problems = mergeProblems(runs);
  if (problems.length > 0) throw new ProblemError(problems);
  const parts: RunPart[] = [];
  for (const { file, run } of runs) parts.push(await readWhole(file, run));
  const order = suiteOf(parts);
  if (order.length === 0) {
    if (parts.every(({ header }) => header.shard) && incompleteOf(parts) === null) {
      world.stderr.write("the shards contain no scenarios: nothing was affected\n");
      return 0;
    }
    return fail("empty_run", "none of these files contains a scenario, so there is nothing to merge", {
      hint: "Check which scenarios the shards selected: --tag, --grep and paths narrow the selection.",
    });
  }
  const header = mergedHeader(parts, { run: "", playbill: readVersion(), began: new Date(world.now()).toISOString() });
  const reporters = await openReporters(
    world,
    wantedReporters(options),
    await storedContext(world, root, header, options),
  );
  try {
    const { id, exitCode } = await store(world, root, header, async (file) => {
      await copyResults(
        runs.map(({ run }) => run),
        file,
      );
      const paths = runs.map(({ run }) => run.path);
      return reportParts(file, parts, order, together(reporters.all), paths);
    });
    await reporters.close();
    world.stderr.write(`merged ${runs.length === 1 ? "1 blob" : `${runs.length} blobs`} into the run ${id}\n`);
    return exitCode;
  } catch (error) {
    await reporters.abandon();
    throw error;
  }
}

/** Stores the results that `work` writes as a run. */
async function store(
  world: World,
  root: string,
  header: RunHeader,
  work: (file: ResultsFile) => Promise<Ended>,
): Promise<{ id: string; exitCode: number }> {
  await ensureStateFolder(root);
  await pruneRuns(root, world.now());
  const { id, path } = await makeRunFolder(root, world.now());
  const file = await createResultsFile(path, { ...header, run: id });
  try {
    const { exitCode } = await work(file);
    return { id, exitCode };
  } finally {
    await file.close();
  }
}

interface Named {
  file: string;
  header: StoredRun["header"];
  run: StoredRun;
}

/** Opens every file. Throws a ProblemError with the faults of all files. */
async function openAll(world: World, files: readonly string[]): Promise<Named[]> {
  const problems = [];
  const runs: Named[] = [];
  for (const each of files) {
    const path = resolve(world.cwd, each);
    const file = relative(world.cwd, path).replaceAll("\\", "/");
    try {
      const run = await openStoredRun(path, file);
      runs.push({ file, header: run.header, run });
    } catch (error) {
      if (error instanceof ProblemError) problems.push(...error.problems);
      else problems.push(unreadable(file, error));
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return runs;
}

function unreadable(file: string, error: unknown) {
  if (!(error instanceof Error && "code" in error)) throw error;
  const why = reasons[String(error.code)] ?? error.message;
  return problem("unknown_run", `${file} cannot be read: ${why}`, {
    hint: "Name the files that playbill test --reporter blob=FILE wrote.",
  });
}

const reasons: Partial<Record<string, string>> = { ENOENT: "there is no such file", EISDIR: "it is a folder" };

/** A shard in which every line can be read. */
async function readWhole(file: string, run: StoredRun): Promise<RunPart> {
  const damaged: number[] = [];
  const part = await readPart(file, run, (line) => damaged.push(line));
  // A killed process leaves a truncated last line; its shard counts as unfinished.
  if (damaged.length > 1 || (damaged.length === 1 && part.end !== null)) {
    fail("damaged_run", `line ${damaged[0]} of ${file} is not a result`, {
      hint: "Download the file again, or rerun its scenarios.",
    });
  }
  return part;
}
