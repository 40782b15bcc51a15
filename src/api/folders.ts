import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { writeWhole } from "../kit/files.ts";
import { fail } from "../problem.ts";
import { leavesProject } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import type { Context } from "./context.ts";

/** Where this user keeps what can be made again at any time; by the XDG rules, `~/.cache` when nothing else is set. */
export function cacheFolder({ env }: Pick<Context, "env">): string {
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

/** The folder of packages that a target of `playbill.yaml` names: inside the project, like everything that its files name. */
export function projectPackages({ root, settings }: Project, target: ResolvedTarget): string | null {
  const folder = packagesFolder(root, target.packages);
  if (folder === null || isInside(root, realpathSync.native(folder))) return folder;
  return fail("outside_project", `"${target.packages}" is outside the project`, {
    hint: "Only folders under that of playbill.yaml are used; a link that leads out of it is refused. `serve --packages` takes any.",
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
 * Makes `.playbill/` with its ignore file. One that does not ignore everything, as when a full disk or a crash cut it off, is written again:
 * without it `git add` would take the database and what was said in conversations. Gives the folder's path.
 */
export async function ensureStateFolder(root: string): Promise<string> {
  const [path, text] = stateIgnoreFile;
  const file = join(root, path);
  const written = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (formerIgnoreTexts.has(written) || !written.split(/\r?\n/).includes("*")) await writeWhole(file, text);
  return dirname(file);
}
