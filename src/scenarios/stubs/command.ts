import { spawn, type ChildProcess } from "node:child_process";
import { dirname, resolve } from "node:path";
import type { WrittenHandler } from "../../project/schemas/tool.ts";
import { ProblemError, problem } from "../../problem.ts";
import { unlessAborted } from "../deadline.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import { parseJson } from "../../kit/json.ts";

type CommandHandler = Extract<WrittenHandler, { command: string[] }>;

/** A program, the file that names it and the environment it sees. */
export interface CommandReference {
  root: string;
  file: string;
  handler: CommandHandler;
  env: Record<string, string | undefined>;
}

const defaultTimeout = "30s";

/**
 * Runs a program in the folder of the file that names it: arguments as JSON on stdin, the result as JSON on stdout. It is killed with
 * everything it started when its time is over. Rejects when it fails, with a ProblemError when there is no such program.
 */
export async function runCommand(
  { root, file, handler, env }: CommandReference,
  args: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const [program = "", ...parameters] = handler.command;
  const limit = handler.timeout ?? defaultTimeout;
  const over = AbortSignal.any([signal, AbortSignal.timeout(toMilliseconds(limit))]);
  const child = spawn(program, parameters, { cwd: resolve(root, dirname(file)), env, detached: true });
  const ended = await unlessAborted(finish(child, JSON.stringify(args)), over).catch((error: unknown) => {
    throw isMissing(error) ? noProgram(program, file) : error;
  });
  if (ended === null) {
    killGroup(child);
    throw new Error(
      signal.aborted ? `${program} was stopped: the turn was over` : `${program} took longer than ${limit}`,
    );
  }
  if (ended.code !== 0)
    throw new Error(`${program} ended with ${ended.code ?? "a signal"}: ${lastLines(ended.stderr)}`);
  const result = parseJson(ended.stdout);
  if (result === undefined) throw new Error(`${program} did not print JSON: ${lastLines(ended.stdout)}`);
  return result;
}

function finish(child: ChildProcess, input: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (chunk: string) => (printed[name] += chunk));
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...printed }));
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** The child leads a process group of its own; a negative id means all of it. */
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

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES");
}

function noProgram(program: string, file: string): ProblemError {
  return new ProblemError([
    problem("handler_not_found", `there is no program ${program}, named by ${file}`, {
      hint: "A program is found on PATH, or by a path beside the file that names it.",
    }),
  ]);
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-5).join("\n").slice(-500);
}
