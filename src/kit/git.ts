import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TimedOut } from "./waiting.ts";

/** Milliseconds for one question: one that takes longer waits for a network, or for a lock that nobody gives back. */
export const longestGit = 60_000;
const maxBuffer = 64 * 1024 * 1024;

/** What Git prints in a folder. Throws a `TimedOut` when it takes too long, and the error of `execFile` when it says no or is not there. */
export async function runGit(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  // Nobody is there to be asked for a password.
  const options = { cwd, env: { ...process.env, GIT_TERMINAL_PROMPT: "0", ...env }, maxBuffer, timeout: longestGit };
  try {
    return (await promisify(execFile)("git", [...args], options)).stdout;
  } catch (error) {
    if (error instanceof Error && "killed" in error && error.killed === true) throw new TimedOut(longestGit);
    throw error;
  }
}
