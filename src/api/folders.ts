import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { writeWhole } from "../kit/files.ts";
import { fail } from "../problem.ts";
import { leavesProject } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import type { Context } from "./context.ts";

/** The user's cache folder by the XDG rules; default: `~/.cache`. */
export function cacheFolder({ env }: Pick<Context, "env">): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "playbill");
}

/** The absolute path of a named folder of Python packages; `null` without a name. Throws a ProblemError when it does not exist. */
export function packagesFolder(base: string, named: string | undefined): string | null {
  if (named === undefined) return null;
  const folder = resolve(base, named);
  if (existsSync(folder)) return folder;
  return fail("missing_packages", `there is no folder ${named} with Python packages`, {
    hint: "Put the wheels of a Pyodide distribution there; docs/server.md explains how to get them.",
  });
}

/** The folder of packages of a target in `playbill.yaml`, which must be inside the project. */
export function projectPackages({ root, settings }: Project, target: ResolvedTarget): string | null {
  const folder = packagesFolder(root, target.packages);
  if (folder === null || isInside(root, realpathSync.native(folder))) return folder;
  return fail("outside_project", `"${target.packages}" is outside the project`, {
    hint: "Only folders under the folder of playbill.yaml can be used; links out of it are refused. `serve --packages` accepts any folder.",
    place: settings.place(["targets", target.name, "packages"]),
  });
}

function isInside(root: string, path: string): boolean {
  return !leavesProject(relative(root, path).split(sep).join("/"));
}

/** `.playbill/.gitignore` and its text: of what Playbill keeps there, only locks, evidence and the record of `init` belong into Git. */
export const stateIgnoreFile: [path: string, text: string] = [
  ".playbill/.gitignore",
  "*\n!.gitignore\n!init.json\n!locks/\n!locks/**\n!evidence/\n!evidence/**\n",
];

/** As it was before there was evidence, and before there was a record of `init`. */
const formerIgnoreTexts = new Set([
  "*\n!.gitignore\n!locks/\n!locks/**\n",
  "*\n!.gitignore\n!locks/\n!locks/**\n!evidence/\n!evidence/**\n",
]);

/**
 * Creates `.playbill/` with its ignore file. An incomplete one, for example after a crash or on a full disk, is rewritten:
 * without it, `git add` would include the database and conversations. Returns the folder's path.
 */
export async function ensureStateFolder(root: string): Promise<string> {
  const [path, text] = stateIgnoreFile;
  const file = join(root, path);
  const written = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (formerIgnoreTexts.has(written) || !written.split(/\r?\n/).includes("*")) await writeWhole(file, text);
  return dirname(file);
}
