import { existsSync, realpathSync } from "node:fs";
import { type Problem, isRetryable } from "../problem.ts";
import { delimiter, dirname, join, relative } from "node:path";
import { inShell } from "../kit/shell.ts";

/** A problem as the commands print it for programs, under `problems`. */
export type PublishedProblem = Problem & { retryable: boolean };

/** How this program was started, from the environment of the shell or npm. */
export interface Start {
  env: Record<string, string | undefined>;
  cwd: string;
  /** Path of the file that Node runs, as passed to Node. */
  script: string;
}

/**
 * The command that starts Playbill again in a shell, in the same folder: `playbill` when it is on PATH,
 * `npx playbill`, `npm run playbill --`, or the path of this file.
 */
export function commandToType({ env, cwd, script }: Start): string {
  if (env.npm_lifecycle_event === "playbill") return `npm ${prefixOf(env, cwd)}run playbill --`;
  if (isSameFile(onPath("playbill", env, isOfNpm(env)), script)) return "playbill";
  const installed = enclosing(cwd, join("node_modules", ".bin", "playbill"));
  if (env.npm_lifecycle_event !== undefined || env.npm_command === "exec" || isSameFile(installed, script)) {
    return `${runnerOf(env)} playbill`;
  }
  const path = relative(cwd, script);
  return `node ${inShell(path.startsWith("..") ? script : path)}`;
}

/** The folder in which the user typed the command. `npm run` changes to the folder of package.json first. */
export function folderOfPerson({ env, cwd }: Omit<Start, "script">): string {
  const manifest = env.npm_package_json;
  const isMoved = env.npm_lifecycle_event === "playbill" && manifest !== undefined && dirname(manifest) === cwd;
  return isMoved && env.INIT_CWD !== undefined && existsSync(env.INIT_CWD) ? env.INIT_CWD : cwd;
}

/** A sentence with its commands as this user can type them: `playbill plan` becomes `npx playbill plan`. */
export function typed(text: string, command: string): string {
  return text.replaceAll(/(?<![\w./-])(?:npx )?playbill (?=[a-z-])/g, () => `${command} `);
}

/** Problems with the commands in their hints as this user can type them. */
export function typedHints(problems: readonly Problem[], command: string): Problem[] {
  return problems.map((each) => typedHint(each, command));
}

function typedHint(each: Problem, command: string): Problem {
  const { hint, fix } = each;
  if (hint === undefined) return each;
  const typedFix = fix?.map((one) => ({ purpose: one.purpose, command: typed(one.command, command) }));
  return { ...each, hint: typed(hint, command), ...(typedFix !== undefined && { fix: typedFix }) };
}

/** Problems as programs get them: with the commands that repair them as they are typed here, and whether trying again may help. */
export function problemsForPrograms(problems: readonly Problem[], command: string): PublishedProblem[] {
  return problems.map((each) => ({ ...typedHint(each, command), retryable: isRetryable(each) }));
}

/** npm and npx prepend `node_modules/.bin` folders to PATH, which the user's shell does not have. */
function isOfNpm(env: Start["env"]): boolean {
  return env.npm_execpath !== undefined || env.npm_command !== undefined;
}

/** npm runs the scripts of the nearest package.json; for those of another one, it has to be told the folder. */
function prefixOf({ npm_package_json: manifest }: Start["env"], cwd: string): string {
  const nearest = enclosing(cwd, "package.json");
  if (manifest === undefined || nearest === null || isSameFile(nearest, manifest)) return "";
  return `--prefix ${inShell(relative(cwd, dirname(manifest)))} `;
}

function onPath(name: string, env: Start["env"], skipsPackages: boolean): string | null {
  const folders = (env.PATH ?? "").split(delimiter).filter((each) => each !== "");
  const own = skipsPackages ? folders.filter((each) => !each.includes("node_modules")) : folders;
  return own.map((each) => join(each, name)).find((each) => existsSync(each)) ?? null;
}

function enclosing(folder: string, path: string): string | null {
  if (existsSync(join(folder, path))) return join(folder, path);
  return dirname(folder) === folder ? null : enclosing(dirname(folder), path);
}

function isSameFile(one: string | null, other: string): boolean {
  try {
    return one !== null && realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

/** The runner for programs of installed packages, by the package manager that started this program. */
function runnerOf({ npm_config_user_agent: agent = "" }: Start["env"]): string {
  const name = /^(pnpm|yarn|bun)\//.exec(agent)?.[1];
  return { pnpm: "pnpm exec", yarn: "yarn", bun: "bunx" }[name ?? ""] ?? "npx";
}
