import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TimedOut } from "./waiting.ts";

/** The timeout of a Git command, in milliseconds: a longer one waits for a network, or for a lock that is never released. */
export const longestGit = 60_000;
const maxBuffer = 64 * 1024 * 1024;

/** The output of a Git command in a folder. Throws `TimedOut` when it takes too long, and the error of `execFile` when it fails or Git is missing. */
export async function runGit(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  // There is no user to enter a password.
  const options = { cwd, env: { ...process.env, GIT_TERMINAL_PROMPT: "0", ...env }, maxBuffer, timeout: longestGit };
  try {
    return (await promisify(execFile)("git", [...args], options)).stdout;
  } catch (error) {
    if (error instanceof Error && "killed" in error && error.killed === true) throw new TimedOut(longestGit);
    throw error;
  }
}
