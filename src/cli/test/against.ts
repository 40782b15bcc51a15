import { constants } from "node:fs";
import { copyFile, cp, lstat, mkdir, mkdtemp, readdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { ProblemError, fail } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import { recordingsFolder } from "../../project/folders.ts";
import type { Project } from "../../project/project.ts";
import { readQuarantine } from "../../project/quarantine.ts";
import { resolveWithoutConnection } from "../../project/resolve-target.ts";
import { quarantineLosses, type SuiteFile, type SuiteLoss, suiteLosses } from "../../scenarios/against/suite-losses.ts";
import { expandAll } from "../../api/expansion.ts";
import { ensureStateFolder } from "../../api/folders.ts";
import { type FilesAt, withFilesAt, refuseSlow } from "../git-tree.ts";
import { runGit } from "../../kit/git.ts";
import { readProject } from "../../api/load.ts";
import type { World } from "../world.ts";
import type { TestOptions } from "./test-options.ts";

/** The suite of another commit, to run with the assistants of the working tree. */
export interface Against {
  /** As the user gave it. */
  reference: string;
  /** The commit, in words. */
  since: string;
  /** Expectations that the current suite no longer has. */
  losses: readonly SuiteLoss[];
  /** The user's folder, from which files are read and written. */
  cwd: string;
  root: string;
}

/**
 * Calls `work` in a project with the scenarios of a commit and everything else from the working tree. Throws a ProblemError when
 * there is no such commit, or when the files of either side cannot be read.
 */
export async function withSuiteOf(
  world: World,
  { against: reference, target, deployed, record }: TestOptions & { against: string },
  work: (world: World, against: Against) => Promise<number>,
): Promise<number> {
  if (deployed === true || record === true) {
    fail("bad_flag", "--against runs the assistants of the working tree, with other scenarios", {
      hint: deployed === true ? "Leave out --deployed." : "Leave out --record.",
    });
  }
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  return withFilesAt(root, reference, async (files) => {
    const losses = await lossesOf(world, files, target);
    const folder = await compose(root, files);
    try {
      const cwd = join(folder, relative(root, world.cwd));
      await mkdir(cwd, { recursive: true });
      const words = world.command(world.cwd);
      const about = { reference, since: files.name, losses, cwd: world.cwd, root };
      return await work({ ...world, cwd, command: () => words }, about);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function lossesOf(world: World, files: FilesAt, target: string | undefined): Promise<SuiteLoss[]> {
  const now = await readProject(world);
  if (now.project === null) throw new ProblemError(now.problems);
  const then = await readProject({ ...world, cwd: files.folder });
  if (then.project === null) {
    return fail("unreadable_commit", `the project of ${files.name} cannot be read: ${then.problems[0]?.message}`, {
      hint: "Compare with a valid commit. To see its problems, check it out and run playbill validate.",
    });
  }
  return lossesBetween(world, then.project, now.project, target);
}

/** The expectations that another version of a project's suite no longer has, or has in a weaker form. */
export function lossesBetween(world: World, then: Project, now: Project, target: string | undefined): SuiteLoss[] {
  return [
    ...suiteLosses(suiteOf(then, target, world), suiteOf(now, target, world)),
    ...quarantineLosses(readQuarantine(then.root), readQuarantine(now.root)),
  ];
}

function suiteOf(project: Project, target: string | undefined, { env }: World): SuiteFile[] {
  const name = target !== undefined && project.targets.has(target) ? target : undefined;
  const scenarios = expandAll(project, resolveWithoutConnection(project, name, env), () => false);
  const ids = Map.groupBy(scenarios, ({ file }) => file);
  return project.scenarios.map((declared) => ({ declared, ids: (ids.get(declared.file) ?? []).map(({ id }) => id) }));
}

const scenariosFolder = "scenarios/";
const prefix = "against-";
/** Milliseconds after which a folder counts as left behind by a killed process. */
const leftoverAge = 24 * 3_600_000;

async function removeLeftovers(state: string): Promise<void> {
  const before = Date.now() - leftoverAge;
  for (const name of (await readdir(state)).filter((each) => each.startsWith(prefix))) {
    const path = join(state, name);
    const found = await lstat(path).catch(() => null);
    if (found !== null && found.mtimeMs < before) await rm(path, { recursive: true, force: true });
  }
}

/**
 * A folder under `.playbill/`, where packages resolve as in the project itself, with the project's files: those that Git tracks or would
 * add, and the scenarios of the other commit. They are copies: what a test writes to them is lost. Recordings are the current ones.
 */
async function compose(root: string, files: FilesAt): Promise<string> {
  const state = await ensureStateFolder(root);
  await removeLeftovers(state);
  const folder = await mkdtemp(join(state, prefix));
  const stdout = await runGit(root, ["ls-files", "-z", "-co", "--exclude-standard", "--", "."]).catch(refuseSlow);
  const isKept = (path: string) => !path.startsWith(scenariosFolder) || path.startsWith(`${recordingsFolder}/`);
  for (const path of stdout.split("\0").filter((each) => each !== "" && isKept(each)))
    await copyAsItIs(join(root, path), join(folder, path));
  const isTaken = (path: string) => !relative(files.folder, path).startsWith(recordingsFolder);
  await cp(join(files.folder, scenariosFolder), join(folder, scenariosFolder), {
    recursive: true,
    filter: isTaken,
  }).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  return folder;
}

/** Copies a file, or a link as a link; tracked files that no longer exist are left out. */
async function copyAsItIs(from: string, to: string): Promise<void> {
  try {
    const found = await lstat(from);
    await mkdir(dirname(to), { recursive: true });
    if (found.isSymbolicLink()) await symlink(await readlink(from), to);
    else if (found.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
