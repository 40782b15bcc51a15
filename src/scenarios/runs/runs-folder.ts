import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { suggest } from "../../kit/words.ts";
import { fail, ProblemError, advice } from "../../problem.ts";
import type { StoredHeader } from "./run-header.ts";
import { type StoredRun, openStoredRun } from "./stored-run.ts";

const resultsName = "results.jsonl";
/** As `makeRunFolder` makes them; other folders are not touched. */
const idPattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(?:-\d+)?$/;

function runsFolder(root: string): string {
  return join(root, ".playbill", "runs");
}

/** Makes the folder of a new run, which is no other run's, and gives its id and the file for its results. The id sorts by time: `2026-11-22T10-04-05-123Z`. */
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

/** The ids of the runs that are stored, the oldest first. */
export async function listRuns(root: string): Promise<string[]> {
  const names = await readdir(runsFolder(root)).catch(() => []);
  return names
    .filter((name) => idPattern.test(name) && existsSync(join(runsFolder(root), name, resultsName)))
    .toSorted(byTime);
}

/** Two runs of one millisecond have a number behind it, which may have several digits. */
function byTime(one: string, other: string): number {
  const [oneTime, otherTime] = [one.slice(0, timeLength), other.slice(0, timeLength)];
  if (oneTime !== otherTime) return oneTime < otherTime ? -1 : 1;
  return Number(one.slice(timeLength + 1)) - Number(other.slice(timeLength + 1));
}

const timeLength = "2026-11-22T10-04-05-123Z".length;

/**
 * The last run of any scenario that was made at a target, or `null`. What is not a file of results is passed over, and a run that chose no
 * scenario; one that cannot be read, or that a later version wrote, is not: an older run would be taken for the last. Throws a ProblemError,
 * and errors of the file system.
 */
export async function lastRun(root: string, target: string): Promise<StoredRun | null> {
  for (const id of (await listRuns(root)).toReversed()) {
    const run = await openStoredRun(join(runsFolder(root), id, resultsName)).catch(nullWhenNone);
    if (run === null || run.header.scenarios?.length === 0) continue;
    if ((run.header.target ?? target) === target) return run;
  }
  return null;
}

/** The runs at the target of a run that were made before it, the newest first; those that cannot be read are left out. */
export async function* earlierRuns(root: string, { run: id, target }: StoredHeader): AsyncGenerator<StoredRun> {
  for (const each of (await listRuns(root)).filter((other) => byTime(other, id) < 0).toReversed()) {
    const run = await openStoredRun(join(runsFolder(root), each, resultsName)).catch(() => null);
    if (run !== null && run.header.target === target) yield run;
  }
}

/** A run that is being made has no header yet, and an old one may be deleted meanwhile. */
function nullWhenNone(error: unknown): null {
  const isDamaged = error instanceof ProblemError && error.problems.every(({ code }) => code === "damaged_run");
  if (isDamaged || (error instanceof Error && "code" in error && error.code === "ENOENT")) return null;
  throw error;
}

/**
 * The run that is called so: `last`, an id, or the path of a results file, of a blob, or of its folder, from `cwd`. Throws a ProblemError when there is
 * none.
 */
export async function findRun(root: string, cwd: string, name: string): Promise<StoredRun> {
  const ids = await listRuns(root);
  const id = name === "last" ? ids.at(-1) : name;
  if (id === undefined) {
    return fail(
      "unknown_run",
      "no run is stored in .playbill/runs",
      advice({ purpose: "Make one", command: "playbill test" }),
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
          : `The last is ${last}.`,
  });
}

/** So many runs may be there before old ones are deleted; then the newest stay. */
const most = 100;
const kept = 50;
/** Milliseconds: a run may still be going on. */
const youngest = 24 * 3_600_000;

/** The runs that are to be deleted of these, the oldest first: when there are many, all but the newest; none of the last day. */
export function oldRuns(ids: readonly string[], now: number): string[] {
  if (ids.length <= most) return [];
  const border = new Date(now - youngest).toISOString().replaceAll(/[:.]/g, "-");
  return ids.slice(0, -kept).filter((id) => id < border);
}

/** Deletes the results of old runs; a folder in which something else is stays. Gives how many were deleted. */
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
