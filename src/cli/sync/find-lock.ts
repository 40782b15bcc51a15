import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findProjectRoot } from "../../project/files.ts";
import { writtenTarget } from "../../project/resolve-target.ts";
import { ProblemError, asWarning } from "../../problem.ts";
import { lockPath } from "../../sync/lock/lock-file.ts";
import { readProject } from "../../api/load.ts";
import type { World } from "../world.ts";
import { warn } from "../warn.ts";

/** The location of a target's lock. */
export interface LockPlace {
  /** The project's folder. */
  root: string;
  target: string;
  /** From the root. */
  file: string;
  /** The file of every address, if known. */
  files: ReadonlyMap<string, string>;
}

/**
 * The lock of the named target, or of the default one; contacts nothing and reads no environment. If `playbill.yaml` cannot be read,
 * the lock files decide: the one of that name, or the only one. Throws the faults of `playbill.yaml` when they cannot decide either.
 */
export async function findLock(world: World, target: string | undefined): Promise<LockPlace> {
  try {
    const { project, problems } = await readProject(world, { files: "none", settings: "sound" });
    if (project === null) throw new ProblemError(problems);
    const { name, server } = writtenTarget(project, target);
    warn(world, problems);
    return { root: project.root, target: name, file: lockPath(name, server === "embedded"), files: project.files };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const root = findProjectRoot(world.cwd) ?? world.cwd;
    const [lock, ...others] = locksIn(root).filter((each) => target === undefined || each.target === target);
    if (lock === undefined || others.length > 0) throw error;
    warn(world, error.problems.map(asWarning));
    return { ...lock, root, files: new Map() };
  }
}

/** The locks of a working copy: committed ones and those of embedded servers. */
function locksIn(root: string): { target: string; file: string }[] {
  return [true, false].flatMap((isEmbedded) => {
    const [folder = "", ending = ""] = lockPath("*", isEmbedded).split("*");
    if (!existsSync(join(root, folder))) return [];
    return readdirSync(join(root, folder))
      .filter((name) => name.endsWith(ending))
      .map((name) => ({ target: name.slice(0, -ending.length), file: join(folder, name) }));
  });
}
