import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cutEnd } from "../kit/difference.ts";
import { runGit } from "../kit/git.ts";
import { TimedOut } from "../kit/waiting.ts";
import { fail } from "../problem.ts";

/** The files of a project as they were at a commit, in a folder of their own. */
export interface FilesAt {
  /** What was asked for, in words: `main (1a2b3c4d)`. */
  name: string;
  /** The folder of `playbill.yaml`; it may have none. */
  folder: string;
}

type Git = (args: readonly string[], more?: { env: Record<string, string>; folder: string }) => Promise<string>;

/**
 * Does `work` with the files of the project in `root` at a reference of Git; without one, where the branch left the main branch. Nothing of
 * the checkout is changed, and nothing of the files stays. Throws a ProblemError when there is no Git, or no such commit.
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
    return fail("no_git", "this project is in no Git checkout", {
      hint: "What changed is known by comparing with a commit: git init, and commit.",
    });
  }
  const { commit, name } = reference === undefined ? await whereItLeftMain(git) : await commitOf(git, reference);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "playbill-at-")));
  try {
    const env = { GIT_INDEX_FILE: join(folder, ".playbill-index") };
    const tree = `${commit}:${prefix}`;
    // A commit from before the project has no such folder: there was nothing.
    if (await hasTree(git, tree)) {
      // In a folder of the checkout, Git would write the files of that folder only; in this index nothing is in one.
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
  return fail("unknown_commit", `Git knows no commit ${cutEnd(reference, 100)} here`, {
    hint: "In continuous integration the checkout may be shallow: fetch more of it (actions/checkout: fetch-depth: 0).",
  });
}

/** The names that a main branch has, the likeliest first. */
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
      : `${there} and what is checked out have no commit in common here`;
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

/** What Git refuses is no answer; one that takes too long says nothing of what there is. */
function nullUnlessSlow(error: unknown): null {
  return error instanceof TimedOut ? refuseSlow(error) : null;
}

/** Throws what an error of Git comes to: a ProblemError when it took too long. */
export function refuseSlow(error: unknown): never {
  if (!(error instanceof TimedOut)) throw error;
  return fail("no_git", `Git did not answer: it ${error.message}`, {
    hint: "Ask it yourself: git status. A lock of a Git that was killed, or a checkout that fetches as it goes, makes it wait.",
  });
}

function short(commit: string): string {
  return commit.slice(0, 8);
}
