import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { writeWhole } from "../kit/files.ts";
import { fail } from "../problem.ts";
import type { World } from "./world.ts";

/** Where this user keeps what can be made again at any time; by the XDG rules, `~/.cache` when nothing else is set. */
export function cacheFolder({ env }: Pick<World, "env">): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "playbill");
}

/** The folder of Python packages that somebody named, absolute; `null` when nobody did. Throws a ProblemError when it is not there. */
export function packagesFolder(base: string, named: string | undefined): string | null {
  if (named === undefined) return null;
  const folder = resolve(base, named);
  if (existsSync(folder)) return folder;
  return fail("missing_packages", `there is no folder ${named} with Python packages`, {
    hint: "Put a Pyodide distribution's wheels there; docs/server.md says how to get them.",
  });
}

/** `.playbill/.gitignore` and its text: of what Playbill keeps there, only the locks belong into Git. */
export const stateIgnoreFile: [path: string, text: string] = [
  ".playbill/.gitignore",
  "*\n!.gitignore\n!locks/\n!locks/**\n",
];

/**
 * Makes `.playbill/` with its ignore file. An ignore file that is empty was cut off by a full disk or a crash and is written again: without
 * it `git add` would take the database and what was said in conversations. Gives the folder's path.
 */
export async function ensureStateFolder(root: string): Promise<string> {
  const [path, text] = stateIgnoreFile;
  const file = join(root, path);
  if (!existsSync(file) || readFileSync(file, "utf8").trim() === "") await writeWhole(file, text);
  return dirname(file);
}
