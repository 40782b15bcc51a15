import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The commit that the project's files stand at; `null` outside a Git checkout or without Git. */
export interface Checkout {
  commit: string;
  /** True when files differ from the commit. */
  dirty: boolean;
}

export async function readCheckout(folder: string): Promise<Checkout | null> {
  const git = async (...args: string[]) => (await promisify(execFile)("git", args, { cwd: folder })).stdout.trim();
  try {
    const [commit, status] = await Promise.all([git("rev-parse", "HEAD"), git("status", "--porcelain", "--", ".")]);
    return { commit, dirty: status !== "" };
  } catch {
    return null;
  }
}
