import { runCommand } from "./command.ts";
import { runHttp } from "./http.ts";
import type { HandlerContext } from "./context.ts";
import { runModule } from "./module.ts";
import type { WrittenHandler } from "../../project/schemas/tool.ts";

/** Runs the project's own code. Rejects with a ProblemError when the code cannot be found, with its own error when it fails. */
export interface Handlers {
  /** `module` is a path beside `file`, the file that names it. */
  runModule(file: string, module: string, args: unknown, context: HandlerContext): Promise<unknown>;
  runHandler(file: string, handler: WrittenHandler, args: unknown, context: HandlerContext): Promise<unknown>;
}

/** The handlers of the project in `root`; programs and modules see `env`. */
export function createHandlers(root: string, env: Record<string, string | undefined>): Handlers {
  return {
    runModule: (file, module, args, context) => runModule({ root, file, module }, args, { ...context, env }),
    async runHandler(file, handler, args, { signal, call, turn }) {
      if (typeof handler === "string")
        return runModule({ root, file, module: handler }, args, { env, signal, call, turn });
      return "command" in handler
        ? runCommand({ root, file, handler, env }, args, signal)
        : runHttp(handler, args, signal);
    },
  };
}
