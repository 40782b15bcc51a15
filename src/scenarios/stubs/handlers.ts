import type { Problem } from "../../problem.ts";
import type { WrittenHandler } from "../../project/schemas/tool.ts";
import { parseJson } from "../../kit/json.ts";
import type { Scope } from "../../project/expression.ts";
import { runCommand, runProgram } from "./command.ts";
import type { HandlerContext, RunOfScenario } from "./context.ts";
import { runHttp } from "./http.ts";
import { openModules, type ModuleResult } from "./module.ts";

/** What runs the project's own code for one run of a scenario. Rejects with a ProblemError when the code cannot be found, with a HandlerFailure when it fails. */
export interface Handlers {
  /** `module` is a path beside `file`, the file that names it. */
  runModule(file: string, module: string, args: unknown, context: HandlerContext): Promise<ModuleResult>;
  runHandler(file: string, handler: WrittenHandler, args: unknown, context: HandlerContext): Promise<unknown>;
  /**
   * Runs a program with JSON on stdin, in the folder of `file`. Gives what it printed, parsed when it is JSON. It is killed when the signal
   * is aborted; no other time limits it.
   */
  runProgram(file: string, command: readonly string[], input: unknown, signal: AbortSignal): Promise<unknown>;
  /** Set where everything was recorded: what set-up saved then. Nothing of it is run again, nor of what comes after the conversation. */
  recordedSetup?: Scope;
  /** Ends what is still running, and gives the problems that no call could be blamed for. */
  close(): Promise<Problem[]>;
}

/** Gives every run of a scenario handlers of its own, so that no run sees what another one left behind. */
export interface HandlerSource {
  open(run: RunOfScenario): Handlers;
}

interface HandlerOptions {
  /** The project's folder. */
  root: string;
  /** The environment that programs and modules see. */
  env: Record<string, string | undefined>;
  /** Called with what modules print. */
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
