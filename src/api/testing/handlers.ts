import type { Project } from "../../project/project.ts";
import { createHandlers, type HandlerSource } from "../../scenarios/stubs/handlers.ts";
import type { Context } from "../context.ts";

/** Runs the project's own code; its output is reported as notices. */
export function handlersOf({ env, tell }: Pick<Context, "env" | "tell">, { root }: Project): HandlerSource {
  return createHandlers({ root, env, print: (text) => tell({ kind: "printed", text }) });
}
