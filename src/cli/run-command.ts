import type { World } from "./world.ts";

/** Turns a command's module into an action for commander: the module is loaded when the command runs. */
export type RunCommand = (
  load: () => Promise<(world: World, ...given: never[]) => Promise<number>>,
) => (...given: unknown[]) => Promise<void>;
