import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { suggest } from "../../kit/words.ts";
import { fail, ProblemError, advice } from "../../problem.ts";
import type { StoredHeader } from "./run-header.ts";
import { type StoredRun, openStoredRun } from "./stored-run.ts";

const resultsName = "results.jsonl";
/** The folder names that `makeRunFolder` creates; other folders are not touched. */
const idPattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(?:-\d+)?$/;

function runsFolder(root: string): string {
  return join(root, ".playbill", "runs");
}

/** Creates a separate folder for a new run, and returns its id and the path of its results file. Ids sort by time: `2026-11-22T10-04-05-123Z`. */
export async function makeRunFolder(root: string, now: number): Promise<{ id: string; path: string }> {
  await mkdir(runsFolder(root), { recursive: true });
  const time = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? time : `${time}-${number}`;
    try {
      await mkdir(join(runsFolder(root), id));
      return { id, path: join(runsFolder(root), id, resultsName) };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

/** The ids of the stored runs, oldest first. */
export async function listRuns(root: string): Promise<string[]> {
  const names = await readdir(runsFolder(root)).catch(() => []);
  return names
    .filter((name) => idPattern.test(name) && existsSync(join(runsFolder(root), name, resultsName)))
    .toSorted(byTime);
}

/** Compares ids by time. Runs of the same millisecond have a number at the end, which may have several digits. */
function byTime(one: string, other: string): number {
  const [oneTime, otherTime] = [one.slice(0, timeLength), other.slice(0, timeLength)];
  if (oneTime !== otherTime) return oneTime < otherTime ? -1 : 1;
  return Number(one.slice(timeLength + 1)) - Number(other.slice(timeLength + 1));
}

const timeLength = "2026-11-22T10-04-05-123Z".length;

/**
 * The last run at a target with at least one scenario, or `null`. Files other than results, and runs without scenarios, are skipped. A run
 * that cannot be read, or that a later version wrote, is not skipped, because an older run would be mistaken for the last. Throws a
 * ProblemError, and errors of the file system.
 */
export async function lastRun(root: string, target: string): Promise<StoredRun | null> {
  for (const id of (await listRuns(root)).toReversed()) {
    const run = await openStoredRun(join(runsFolder(root), id, resultsName)).catch(nullWhenNone);
    if (run === null || run.header.scenarios?.length === 0) continue;
    if ((run.header.target ?? target) === target) return run;
  }
  return null;
}

/** The earlier runs at the target of a run, newest first; unreadable ones are omitted. */
export async function* earlierRuns(root: string, { run: id, target }: StoredHeader): AsyncGenerator<StoredRun> {
  for (const each of (await listRuns(root)).filter((other) => byTime(other, id) < 0).toReversed()) {
    const run = await openStoredRun(join(runsFolder(root), each, resultsName)).catch(() => null);
    if (run !== null && run.header.target === target) yield run;
  }
}

/** `null` for the errors of a run that has no header yet, or that was deleted meanwhile. */
function nullWhenNone(error: unknown): null {
  const isDamaged = error instanceof ProblemError && error.problems.every(({ code }) => code === "damaged_run");
  if (isDamaged || (error instanceof Error && "code" in error && error.code === "ENOENT")) return null;
  throw error;
}

/**
 * The run with this name: `last`, an id, or the path of a results file, of a blob, or of its folder, relative to `cwd`. Throws a ProblemError when
 * there is none.
 */
export async function findRun(root: string, cwd: string, name: string): Promise<StoredRun> {
  const ids = await listRuns(root);
  const id = name === "last" ? ids.at(-1) : name;
  if (id === undefined) {
    return fail(
      "unknown_run",
      "no run is stored in .playbill/runs",
      advice({ purpose: "Run the scenarios first", command: "playbill test" }),
    );
  }
  const paths = [join(runsFolder(root), id, resultsName), join(resolve(cwd, id), resultsName), resolve(cwd, id)];
  const path = paths.find((each) => statSync(each, { throwIfNoEntry: false })?.isFile() === true);
  if (path !== undefined) return openStoredRun(path);
  const near = suggest(id, ids);
  const last = ids.at(-1);
  return fail("unknown_run", `there is no run "${id}" in .playbill/runs`, {
    hint:
      near !== undefined
        ? `did you mean "${near}"?`
        : last === undefined
          ? "There is none yet."
          : `The last run is ${last}.`,
  });
}

/** The number of runs above which the oldest are deleted. */
const most = 100;
const kept = 50;
/** Runs younger than this, in milliseconds, are kept: they may still be in progress. */
const youngest = 24 * 3_600_000;

/** The runs to delete, oldest first: if there are too many, all but the newest, but none of the last day. */
export function oldRuns(ids: readonly string[], now: number): string[] {
  if (ids.length <= most) return [];
  const border = new Date(now - youngest).toISOString().replaceAll(/[:.]/g, "-");
  return ids.slice(0, -kept).filter((id) => id < border);
}

/** Deletes the results of old runs; a folder that contains anything else stays. Returns the number of deleted runs. */
export async function pruneRuns(root: string, now: number): Promise<number> {
  const old = oldRuns(await listRuns(root), now);
  for (const id of old) {
    const folder = join(runsFolder(root), id);
    await rm(join(folder, resultsName), { force: true });
    await rm(join(folder, "attachments"), { recursive: true, force: true });
    await rmdir(folder).catch(() => {});
  }
  return old.length;
}
