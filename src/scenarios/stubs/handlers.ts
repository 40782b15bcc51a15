import type { Problem } from "../../problem.ts";
import type { WrittenHandler } from "../../project/schemas/tool.ts";
import { parseJson } from "../../kit/json.ts";
import type { Scope } from "../../project/expression.ts";
import { runCommand, runProgram } from "./command.ts";
import type { HandlerContext, RunOfScenario } from "./context.ts";
import { runHttp } from "./http.ts";
import { openModules, type ModuleResult } from "./module.ts";

/** Runs the project's own code for one run of a scenario. Rejects with a ProblemError when the code cannot be found, with a HandlerFailure when it fails. */
export interface Handlers {
  /** `module` is a path relative to `file`, the file that names it. */
  runModule(file: string, module: string, args: unknown, context: HandlerContext): Promise<ModuleResult>;
  runHandler(file: string, handler: WrittenHandler, args: unknown, context: HandlerContext): Promise<unknown>;
  /**
   * Runs a program with JSON on stdin, in the folder of `file`. Returns its output, parsed if it is JSON. It is killed when the signal
   * is aborted; there is no other time limit.
   */
  runProgram(file: string, command: readonly string[], input: unknown, signal: AbortSignal): Promise<unknown>;
  /** Set for a replay: the values that setup saved when it was recorded. Neither setup nor teardown runs again. */
  recordedSetup?: Scope;
  /** Ends whatever is still running, and returns the problems that cannot be attributed to a call. */
  close(): Promise<Problem[]>;
}

/** Creates separate handlers for every run of a scenario, so that no run sees what another one left behind. */
export interface HandlerSource {
  open(run: RunOfScenario): Handlers;
}

interface HandlerOptions {
  /** The project's folder. */
  root: string;
  /** The environment of programs and modules. */
  env: Record<string, string | undefined>;
  /** Called with the output of modules. */
  print: (text: string) => void;
}

/** The handlers of a project. */
export function createHandlers(options: HandlerOptions): HandlerSource {
  const { root, env } = options;
  return {
    open(run) {
      const modules = openModules(options, run);
      return {
        runModule: (file, module, args, context) => modules.run({ file, module }, args, context),
        async runHandler(file, handler, args, context) {
          if (typeof handler === "string") {
            return (await modules.run({ file, module: handler }, args, { ...context, world: null })).value;
          }
          return "command" in handler
            ? runCommand(handler, { root, file, env }, args, context.signal)
            : runHttp(handler, args, context.signal);
        },
        async runProgram(file, command, input, signal) {
          const text = await runProgram({ root, file, command, env }, input, signal);
          return parseJson(text) ?? text;
        },
        close: () => modules.close(),
      };
    },
  };
}
