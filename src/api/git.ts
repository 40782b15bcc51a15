import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { runGit } from "../kit/git.ts";
import { forEachBounded } from "../kit/parallel.ts";
import type { Marker } from "../resources/resource.ts";
import type { History } from "../sync/plan/evidence.ts";
import { type Intent, isMarkerOf } from "../sync/lock/recover.ts";

/** The Git state of the project's files. */
export interface Checkout {
  commit: string;
  /**
   * True when files differ from the commit. New files count only where assistants are declared, as no others are synced; locks,
   * which Playbill writes itself, do not count.
   */
  dirty: boolean;
}

/** Reads the commit of a checkout; `null` outside of one, or without Git. Never rejects. */
export async function readCheckout(folder: string): Promise<Checkout | null> {
  if (!mayBeCheckout(folder)) return null;
  try {
    const options = ["--porcelain=v2", "--branch", "--untracked-files=normal"];
    const paths = ["--", ".", ":(exclude).playbill"];
    const status = await runGit(folder, ["-c", "status.relativePaths=true", "status", ...options, ...paths]);
    const commit = /^# branch\.oid ([0-9a-f]+)$/m.exec(status)?.[1];
    if (commit === undefined) return null;
    // `./` is a folder that is new as a whole.
    const dirty = /^(?:[12u] |\? "?(?:\.\/$|playbill\.yaml$|assistants\/))/m.test(status);
    return { commit, dirty };
  } catch {
    return null;
  }
}

/** The commit of a folder, changed or not; `null` outside of a checkout, before its first commit, or without Git. Never rejects. */
export async function readCommit(folder: string): Promise<string | null> {
  if (!mayBeCheckout(folder)) return null;
  try {
    return (await runGit(folder, ["rev-parse", "--verify", "HEAD"])).trim();
  } catch {
    return null;
  }
}

/** False when there is no `.git` in the folder or above it. Does not start Git. */
function mayBeCheckout(folder: string): boolean {
  if (process.env["GIT_DIR"] !== undefined) return true;
  const holds = (path: string): boolean =>
    existsSync(join(path, ".git")) || (dirname(path) !== path && holds(dirname(path)));
  return existsSync(folder) && holds(realpathSync(folder));
}

/**
 * Tells whether the files are newer than the syncs that wrote some markers. Uncommitted files are in no history; of a shallow clone,
 * only its own commits are known. `checkout` is the commit of the folder; `own` is what an interrupted sync from this working copy was about to
 * write.
 */
export async function readHistory(
  folder: string,
  checkout: Checkout | null,
  markers: readonly Marker[],
  own: readonly Intent[] = [],
): Promise<History> {
  const ours = Map.groupBy(own, ({ owner }) => owner);
  const isOurs = (marker: Marker) => (ours.get(marker.owner) ?? []).some((intent) => isMarkerOf(intent, marker));
  if (checkout === null) return (marker) => (isOurs(marker) ? "contained" : "unknown");
  const commits = new Set(markers.map(({ rev }) => rev).filter((rev) => /^[0-9a-f]{40,64}$/.test(rev)));
  const contained = new Set([checkout.commit]);
  await forEachBounded(
    [...commits].filter((rev) => rev !== checkout.commit),
    8,
    async (rev) => {
      const found = await runGit(folder, ["merge-base", "--is-ancestor", rev, "HEAD"]).then(
        () => true,
        () => false,
      );
      if (found) contained.add(rev);
    },
  );
  return (marker) => {
    if (isOurs(marker) || contained.has(marker.rev)) return "contained";
    return marker.rev === "" ? "unknown" : "not_contained";
  };
}
