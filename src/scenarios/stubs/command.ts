import { cutEnd } from "../../kit/difference.ts";
import { dirname, resolve } from "node:path";
import type { WrittenHandler } from "../../project/schemas/tool.ts";
import { ProblemError, problem } from "../../problem.ts";
import { toMilliseconds } from "../../kit/duration.ts";
import { parseJson } from "../../kit/json.ts";
import { isMissingProgram, mostOutput, runToEnd } from "../../kit/program.ts";
import { HandlerFailure, traceOfOutput } from "./failure.ts";

type CommandHandler = Extract<WrittenHandler, { command: string[] }>;

/** A program with its arguments, the file that names it, and its environment. */
export interface ProgramReference {
  root: string;
  file: string;
  command: readonly string[];
  env: Record<string, string | undefined>;
}

const defaultTimeout = "30s";

/** Runs a program like `runProgram`, within its timeout; its result is JSON on stdout. */
export async function runCommand(
  { command, timeout = defaultTimeout }: CommandHandler,
  { root, file, env }: Omit<ProgramReference, "command">,
  args: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const [program = ""] = command;
  const over = AbortSignal.any([signal, AbortSignal.timeout(toMilliseconds(timeout))]);
  const stdout = await runProgram({ root, file, command, env }, args, over).catch((error: unknown) => {
    if (!over.aborted || signal.aborted || !(error instanceof HandlerFailure)) throw error;
    throw new HandlerFailure(`${program} took longer than ${timeout}`, {});
  });
  const result = parseJson(stdout);
  if (result !== undefined) return result;
  throw new HandlerFailure(withLastLine(`${program} did not print JSON`, stdout), traceOfOutput(stdout, root));
}

/**
 * Runs a program in the folder of the file that names it, with JSON on stdin; returns what it printed on stdout. It is killed with all its child
 * processes when the signal is aborted or when it prints too much. Throws a HandlerFailure when it fails, a ProblemError when there is no such program.
 */
export async function runProgram(
  { root, file, command, env }: ProgramReference,
  input: unknown,
  signal: AbortSignal,
): Promise<string> {
  const [program = ""] = command;
  const cwd = resolve(root, dirname(file));
  const ended = await runToEnd({ command, cwd, env, input: JSON.stringify(input) }, signal).catch((error: unknown) => {
    if (isMissingProgram(error)) throw noProgram(program, file);
    if (signal.aborted) throw new HandlerFailure(`${program} was stopped because the turn was over`, {});
    // An argument with a zero byte, which a model may write, cannot be passed to any program.
    throw new HandlerFailure(
      `${program} cannot be started: ${error instanceof Error ? error.message : String(error)}`,
      {},
    );
  });
  if (ended.excess !== null)
    throw new HandlerFailure(`${program} printed more than ${mostOutput / 1024 ** 2} MiB on ${ended.excess}`, {});
  if (ended.code !== 0) {
    const why = ended.code === null ? `${program} was ended by a signal` : `${program} exited with code ${ended.code}`;
    throw new HandlerFailure(withLastLine(why, ended.stderr), traceOfOutput(ended.stderr, root));
  }
  return ended.stdout;
}

function noProgram(program: string, file: string): ProblemError {
  return new ProblemError([
    problem("handler_not_found", `there is no program ${program}, named in ${file}`, {
      hint: "Programs are looked up on PATH, or by a path relative to the file that names them.",
    }),
  ]);
}

/** The reason, followed by the last line that the program printed, which in a traceback names the error. */
function withLastLine(why: string, output: string): string {
  const last = output.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return last === "" ? why : `${why}: ${cutEnd(last, 500)}`;
}
