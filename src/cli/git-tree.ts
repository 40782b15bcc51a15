import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cutEnd } from "../kit/difference.ts";
import { runGit } from "../kit/git.ts";
import { TimedOut } from "../kit/waiting.ts";
import { fail } from "../problem.ts";

/** The files of a project as they were at a commit, in a folder of their own. */
export interface FilesAt {
  /** The name as the user gave it, with the commit: `main (1a2b3c4d)`. */
  name: string;
  /** The project's folder; it may lack `playbill.yaml`. */
  folder: string;
}

type Git = (args: readonly string[], more?: { env: Record<string, string>; folder: string }) => Promise<string>;

/**
 * Calls `work` with the files of the project in `root` at a Git reference, by default the commit where the branch left the main branch.
 * The checkout is not changed, and the files are deleted afterwards. Throws a ProblemError when there is no Git, or no such commit.
 */
export async function withFilesAt<T>(
  root: string,
  reference: string | undefined,
  work: (files: FilesAt) => Promise<T>,
): Promise<T> {
  const git: Git = async (args, { env, folder } = { env: {}, folder: root }) =>
    (await runGit(folder, args, env)).trim();
  const prefix = await git(["rev-parse", "--show-prefix"]).catch(nullUnlessSlow);
  if (prefix === null) {
    return fail("no_git", "this project is not in a Git checkout", {
      hint: "Changes are found by comparing with a commit. Run git init, and commit the project.",
    });
  }
  const { commit, name } = reference === undefined ? await whereItLeftMain(git) : await commitOf(git, reference);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "playbill-at-")));
  try {
    const env = { GIT_INDEX_FILE: join(folder, ".playbill-index") };
    const tree = `${commit}:${prefix}`;
    // A commit from before the project lacks this folder: the project was empty then.
    if (await hasTree(git, tree)) {
      // From a subfolder of the checkout, Git would write only that subfolder's files, and this index has none there.
      const top = join(root, await git(["rev-parse", "--show-cdup"]));
      await git(["read-tree", tree], { env, folder: top });
      await git(["checkout-index", "--all", "--force", `--prefix=${folder}/`], { env, folder: top });
      await rm(env.GIT_INDEX_FILE, { force: true });
    }
    return await work({ name: name === commit ? short(commit) : `${name} (${short(commit)})`, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function commitOf(git: Git, reference: string): Promise<{ commit: string; name: string }> {
  const commit = await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`]).catch(
    () => null,
  );
  if (commit !== null) return { commit, name: reference };
  return fail("unknown_commit", `Git has no commit ${cutEnd(reference, 100)} here`, {
    hint: "In continuous integration the checkout may be shallow: fetch more of it (actions/checkout: fetch-depth: 0).",
  });
}

/** Usual names of the main branch, most likely first. */
const mainBranches = ["origin/HEAD", "origin/main", "main", "origin/master", "master"];

async function whereItLeftMain(git: Git): Promise<{ commit: string; name: string }> {
  for (const branch of mainBranches) {
    const commit = await git(["merge-base", "HEAD", branch]).catch(nullUnlessSlow);
    if (commit !== null) return { commit, name: branch };
  }
  const branches = await Promise.all(mainBranches.map((branch) => hasTree(git, branch)));
  const there = mainBranches.find((_, index) => branches[index] === true);
  const message =
    there === undefined
      ? "there is no main branch to compare with"
      : `${there} and the checked-out commit have no common ancestor here`;
  return fail("unknown_commit", message, {
    hint: "Name a commit, a branch or a tag. In continuous integration the checkout may be shallow: fetch more of it (actions/checkout: fetch-depth: 0).",
  });
}

async function hasTree(git: Git, tree: string): Promise<boolean> {
  return git(["cat-file", "-e", tree]).then(
    () => true,
    (error: unknown) => nullUnlessSlow(error) !== null,
  );
}

/** `null` when Git refuses; throws when Git takes too long, which proves nothing. */
function nullUnlessSlow(error: unknown): null {
  return error instanceof TimedOut ? refuseSlow(error) : null;
}

/** Rethrows an error of Git, as a ProblemError when Git took too long. */
export function refuseSlow(error: unknown): never {
  if (!(error instanceof TimedOut)) throw error;
  return fail("no_git", `Git did not answer: it ${error.message}`, {
    hint: "Try git status yourself. Git may wait for the lock of a killed Git process, or for a checkout that fetches objects on demand.",
  });
}

function short(commit: string): string {
  return commit.slice(0, 8);
}
