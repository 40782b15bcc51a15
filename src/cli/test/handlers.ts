import type { Project } from "../../project/project.ts";
import { printable } from "../../kit/terminal-text.ts";
import { createHandlers, type HandlerSource } from "../../scenarios/stubs/handlers.ts";
import type { World } from "../world.ts";

/** What runs the project's own code; what it prints goes to stderr. */
export function handlersOf(world: World, { root }: Project): HandlerSource {
  return createHandlers({ root, env: world.env, print: (text) => world.stderr.write(printable(text)) });
}
