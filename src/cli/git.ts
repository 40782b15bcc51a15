import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The commit that the project's files stand at; `null` outside a Git checkout or without Git. */
export interface Checkout {
  commit: string;
  /**
   * True when files differ from the commit. New files count where assistants are declared, as no others are synced; what Playbill
   * keeps itself, the locks, does not count.
   */
  dirty: boolean;
}

export async function readCheckout(folder: string): Promise<Checkout | null> {
  const git = async (...args: string[]) => (await promisify(execFile)("git", args, { cwd: folder })).stdout.trim();
  try {
    const [commit, ...changes] = await Promise.all([
      git("rev-parse", "HEAD"),
      git("status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude).playbill"),
      git("status", "--porcelain", "--", "playbill.yaml", "assistants"),
    ]);
    return { commit, dirty: changes.some((each) => each !== "") };
  } catch {
    return null;
  }
}
