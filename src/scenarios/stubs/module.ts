import { existsSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { asObject, parseJson } from "../../kit/json.ts";
import { threadFile } from "../../kit/package-files.ts";
import { type Thread, type ThreadLoss, ThreadLost, startThread } from "../../kit/worker.ts";
import { type Problem, fail, problem } from "../../problem.ts";
import type { HandlerContext, RunOfScenario } from "./context.ts";
import { HandlerFailure, traceOfStack } from "./failure.ts";
import type { World } from "../world/operations.ts";
import type { ModuleAnswer, ModuleCall } from "./module-call.ts";

/** A module of the project: `module` is a path relative to `file`, which names it. */
export interface ModuleReference {
  file: string;
  module: string;
}

/** A module's result, and the world as it left it; `null` when it received none. */
export interface ModuleResult {
  value: unknown;
  world: World | null;
}

/** The modules of one run of a scenario, loaded afresh in a separate thread. */
export interface Modules {
  /**
   * The result of the default export, after conversion to JSON. Throws a ProblemError when the module is not in the project, cannot be loaded or has
   * no default function; a HandlerFailure when it throws, ends the thread, or does not finish before the signal aborts.
   */
  run(reference: ModuleReference, args: unknown, context: HandlerContext): Promise<ModuleResult>;
  /** Ends the thread. Returns the problem for an uncaught error that cannot be attributed to a call. */
  close(): Promise<Problem[]>;
}

interface ModulesOptions {
  root: string;
  env: Record<string, string | undefined>;
  /** Called with the output of modules. */
  print: (text: string) => void;
}

/** MiB of JavaScript memory for the modules of one run. */
const memoryLimit = 512;
const moduleThread = threadFile("scenarios/stubs/module-thread");

/** The thread starts with the first call. A lost thread is replaced at the next call, and the modules are loaded again. */
export function openModules({ root, env, print }: ModulesOptions, run: RunOfScenario): Modules {
  let thread: Thread<ModuleCall, ModuleAnswer> | null = null;
  const modules: Modules = {
    async run(reference, args, { signal, call, turn, world }) {
      const { module, file } = reference;
      const path = locate(root, reference);
      const url = pathToFileURL(path).href;
      thread ??= startThread<ModuleCall, ModuleAnswer>(moduleThread, { env, memoryLimit, onOutput: print });
      const mine = thread;
      try {
        const answer = await mine.call(
          { url, args, context: { ...run, call, turn, ...(world !== null && { world }) } },
          signal,
        );
        return resultOf(answer, { root, path, module, file });
      } catch (error) {
        if (signal.aborted) throw new HandlerFailure(`${module} did not finish before the turn was over`, {});
        if (!(error instanceof ThreadLost)) throw error;
        if (thread === mine) thread = null;
        if (error.loss.kind === "stopped" && !error.wasBegun)
          return modules.run(reference, args, { signal, call, turn, world });
        throw failureOf(error.loss, module, root);
      }
    },
    async close() {
      const loss = (await thread?.close()) ?? null;
      thread = null;
      return loss === null || loss.kind === "stopped" ? [] : [crashed(failureOf(loss, "a module", root))];
    },
  };
  return modules;
}

interface Named {
  root: string;
  path: string;
  module: string;
  file: string;
}

function resultOf(answer: ModuleAnswer, { root, path, module, file }: Named): ModuleResult {
  switch (answer.kind) {
    case "result":
      return { value: parseJson(answer.json), world: answer.world === null ? null : asObject(parseJson(answer.world)) };
    case "threw":
      throw new HandlerFailure(answer.message, traceOfStack(answer.details, root));
    case "not_loaded": {
      const { place } = traceOfStack(answer.details, root);
      const where = place === null ? "" : ` (${place.file}:${place.line})`;
      return fail("handler_not_loaded", `${module}, named in ${file}, cannot be loaded: ${answer.message}${where}`, {
        hint: `For details, run: node ${relative(root, path)}`,
      });
    }
    case "no_default_function":
      return fail("handler_without_default_export", `${module} has no default function export`, {
        hint: "Write: export default async function (args, context) { ... }",
      });
  }
}

function failureOf(loss: ThreadLoss, module: string, root: string): HandlerFailure {
  switch (loss.kind) {
    case "exit":
      return new HandlerFailure(`process.exit(${loss.code}) was called, but ${module} must not end the process`, {});
    case "memory":
      return new HandlerFailure(`${module} used more than ${loss.limit} MiB of memory`, {});
    case "stopped":
      return new HandlerFailure(
        `the thread of ${module} was ended because an earlier call did not finish in its turn`,
        {},
      );
    case "error": {
      const { error } = loss;
      const message = error instanceof Error ? error.message : String(error);
      return new HandlerFailure(`uncaught error in ${module}: ${message}`, traceOfStack(inspect(error), root));
    }
  }
}

function crashed({ message, trace }: HandlerFailure): Problem {
  return problem("module_crashed", message, {
    hint: trace.length === 0 ? "It happened when no call was waiting for an answer." : trace.join("\n"),
  });
}

function locate(root: string, { file, module }: ModuleReference): string {
  const path = resolve(root, dirname(file), module);
  if (!existsSync(path)) {
    return fail("handler_not_found", `${module}, named in ${file}, does not exist`, {
      hint: `Paths are relative to the file that names them. Expected: ${relative(root, path)}`,
    });
  }
  const inside = relative(realpathSync(root), realpathSync(path));
  if (inside.startsWith("..") || isAbsolute(inside)) {
    return fail("handler_outside_project", `${module}, named in ${file}, is outside the project`, {
      hint: "Only files in the project can be run. Move it into the project's folder.",
    });
  }
  return path;
}
