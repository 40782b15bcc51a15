import { cutEnd } from "../../kit/difference.ts";
import { spawn, type ChildProcess } from "node:child_process";
import { dirname, resolve } from "node:path";
import type { WrittenHandler } from "../../project/schemas/tool.ts";
import { ProblemError, problem } from "../../problem.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import { parseJson } from "../../kit/json.ts";
import { orAborted } from "../../kit/waiting.ts";
import { HandlerFailure, traceOfOutput } from "./failure.ts";

type CommandHandler = Extract<WrittenHandler, { command: string[] }>;

/** A program, the file that names it and the environment it sees. */
export interface CommandReference {
  root: string;
  file: string;
  handler: CommandHandler;
  env: Record<string, string | undefined>;
}

const defaultTimeout = "30s";

/** The most that a program may print on each of its streams, in characters. */
const mostOutput = 8 * 1024 * 1024;

/**
 * Runs a program in the folder of the file that names it: arguments as JSON on stdin, the result as JSON on stdout. It is killed with
 * everything it started when its time is over or when it prints without end. Throws a HandlerFailure when it fails, a ProblemError when
 * there is no such program.
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
  const ended = await orAborted(finish(child, JSON.stringify(args)), over).catch((error: unknown) => {
    killGroup(child);
    if (isMissing(error)) throw noProgram(program, file);
    if (!over.aborted) throw error;
    const why = signal.aborted ? "was stopped: the turn was over" : `took longer than ${limit}`;
    throw new HandlerFailure(`${program} ${why}`, {});
  });
  if (ended.excess !== null) {
    killGroup(child);
    throw new HandlerFailure(`${program} printed more than ${mostOutput / 1024 ** 2} MiB on ${ended.excess}`, {});
  }
  if (ended.code !== 0) {
    const why = `${program} ended with ${ended.code ?? "a signal"}`;
    throw new HandlerFailure(withLastLine(why, ended.stderr), traceOfOutput(ended.stderr, root));
  }
  const result = parseJson(ended.stdout);
  if (result !== undefined) return result;
  throw new HandlerFailure(
    withLastLine(`${program} did not print JSON`, ended.stdout),
    traceOfOutput(ended.stdout, root),
  );
}

/** How a program ended; `excess` is the stream on which it printed more than it may, and then it may still run. */
interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  excess: "stdout" | "stderr" | null;
}

function finish(child: ChildProcess, input: string): Promise<Ended> {
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

/** What went wrong, and the last line that the program printed: in a traceback it names the error. */
function withLastLine(why: string, output: string): string {
  const last = output.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return last === "" ? why : `${why}: ${cutEnd(last, 500)}`;
}
