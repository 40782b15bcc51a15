import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { longestGit, runGit } from "../../kit/git.ts";
import { asObject, parseJson, textOrNull } from "../../kit/json.ts";
import { TimedOut } from "../../kit/waiting.ts";
import { ProblemError } from "../../problem.ts";
import { desiredAssistants } from "../../project/desired.ts";
import { loadProject } from "../../project/load.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { Live } from "../../resources/resource.ts";
import { findAppliedText } from "../../sync/apply/applied-text-file.ts";
import type { World } from "../world.ts";
import { isHashOf } from "../../resources/canonical-fields.ts";

/** The common base text of both sides, and where it was found. */
export interface MergeBase {
  text: string;
  from: string;
}

/** What to find a merge base for. */
export interface BaseQuestion {
  root: string;
  target: string;
  address: string;
  /** The hash of the text, or a prefix of it. */
  hash: string;
  live: Pick<Live, "id" | "marker">;
  /** The current files of the address, from the root. */
  files: readonly string[];
}

/** The number of commits to search. */
const mostCommits = 30;
const field = "instructions";

/**
 * The instructions that were last applied: stored by a sync of this working copy, in a snapshot, or from the files of a commit. The
 * lock has their hash, so the text is certain to be the applied one. `null` when they are not found.
 */
export async function findMergeBase(world: World, question: BaseQuestion): Promise<MergeBase | null> {
  const { root, target, hash } = question;
  const kept = await findAppliedText(root, target, hash, { kind: assistantKind, field });
  if (kept !== null) return { text: kept, from: "the last sync of this working copy" };
  return (await fromSnapshots(question)) ?? (await fromGit(world, question));
}

function isBase(hash: string, text: string | null): text is string {
  return text !== null && isHashOf(hash, assistantKind, { [field]: text }, field);
}

async function fromSnapshots({ root, target, hash, live }: BaseQuestion): Promise<MergeBase | null> {
  const folder = join(root, ".playbill", "snapshots");
  const ending = `-${target}-${live.id.replaceAll(/[^\w-]/g, "_")}.json`;
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending));
  for (const name of names.toSorted().toReversed()) {
    const text = textOrNull(asObject(parseJson(await readFile(join(folder, name), "utf8").catch(() => "")))[field]);
    if (isBase(hash, text)) return { text, from: `the snapshot ${name}` };
  }
  return null;
}

async function fromGit(world: World, question: BaseQuestion): Promise<MergeBase | null> {
  const { root, hash, live, files } = question;
  const git = gitIn(root);
  const marked = /^[0-9a-f]{40,64}/.exec(live.marker?.rev ?? "")?.[0];
  const log = await git(["log", `--max-count=${mostCommits}`, "--format=%H", "--", "playbill.yaml", ...files]).catch(
    () => "",
  );
  const commits = new Set([
    ...(marked === undefined ? [] : [marked]),
    ...log.split("\n").filter((line) => line !== ""),
  ]);
  for (const commit of commits) {
    const text = await instructionsAt(world, question, commit).catch((error: unknown) => {
      // A commit whose files cannot be read cannot have been applied.
      if (error instanceof ProblemError || isFailedCommand(error)) return null;
      throw error;
    });
    if (isBase(hash, text)) return { text, from: `commit ${commit.slice(0, 12)}` };
  }
  return null;
}

/** The instructions of an address for the target, from the files of a commit. */
async function instructionsAt(
  world: World,
  { root, target, address }: BaseQuestion,
  commit: string,
): Promise<string | null> {
  const git = gitIn(root);
  const listed = await git(["ls-tree", "-r", "-z", "--name-only", commit, "--", "playbill.yaml", "assistants"]);
  const paths = listed.split("\0").filter((path) => /\.(yaml|md|json|txt)$/.test(path));
  const folder = await mkdtemp(join(tmpdir(), "playbill-base-"));
  try {
    const contents = await contentsAt(root, commit, paths);
    for (const [index, path] of paths.entries()) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), contents[index] ?? "");
    }
    const isSelected = (each: string) => each === address;
    const { project } = await loadProject(folder, world.env, undefined, { files: "resources", isSelected });
    if (project === null) return null;
    const name = address.slice("assistant.".length);
    const [desired] = desiredAssistants(project, resolveTarget(project, target, world.env), [name]);
    return desired?.spec.instructions ?? null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The contents of files in a commit, read by one process; paths are from the folder. */
async function contentsAt(root: string, commit: string, paths: readonly string[]): Promise<Buffer[]> {
  const prefix = (await gitIn(root)(["rev-parse", "--show-prefix"])).trim();
  const running = promisify(execFile)("git", ["cat-file", "--batch"], {
    timeout: longestGit,
    cwd: root,
    encoding: "buffer",
    maxBuffer: 512 * 1024 * 1024,
  });
  running.child.stdin?.end(paths.map((path) => `${commit}:${prefix}${path}\n`).join(""));
  const { stdout } = await running;
  const found: Buffer[] = [];
  // Each is a line `HASH blob SIZE`, SIZE bytes, and a line end.
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf("\n", at);
    const size = Number(stdout.subarray(at, end).toString().split(" ")[2]);
    found.push(stdout.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return found;
}

function gitIn(cwd: string): (args: string[]) => Promise<string> {
  return (args) => runGit(cwd, args);
}

function isFailedCommand(error: unknown): boolean {
  return error instanceof TimedOut || (error instanceof Error && "code" in error);
}
