import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { orAborted } from "./waiting.ts";

/** A program to run without a shell. */
export interface Program {
  /** The program, found on PATH or by a path, and its arguments. */
  command: readonly string[];
  /** Absolute. */
  cwd: string;
  env: Record<string, string | undefined>;
  /** Its standard input, which is closed afterwards. */
  input: string;
}

/** How a program ended; `excess` is the stream whose output exceeded the limit, for which it was killed. */
export interface ProgramEnd {
  code: number | null;
  stdout: string;
  stderr: string;
  excess: "stdout" | "stderr" | null;
}

/** The output limit of each stream of a program, in characters. */
export const mostOutput = 8 * 1024 * 1024;

/**
 * Runs a program to its end. It is killed, with all processes that it started, when the signal aborts, or when its output exceeds the limit. Rejects with the
 * signal's reason, and with the system's error when it cannot be started.
 */
export async function runToEnd({ command, cwd, env, input }: Program, signal: AbortSignal): Promise<ProgramEnd> {
  const [program = "", ...parameters] = command;
  signal.throwIfAborted();
  const child = spawn(program, parameters, { cwd, env, detached: true } satisfies SpawnOptions);
  const ended = await orAborted(finish(child, input), signal).catch((error: unknown) => {
    killGroup(child);
    throw error;
  });
  if (ended.excess !== null) killGroup(child);
  return ended;
}

/** True for the error of a program that does not exist or is not executable. */
export function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES");
}

function finish(child: ChildProcess, input: string): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
        printed[name] += chunk;
        if (printed[name].length > mostOutput) resolve({ code: null, ...printed, excess: name });
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...printed, excess: null }));
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** Kills the child's process group; a negative id means the complete group. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
}
