import type { World } from "./world.ts";

/** Makes of a command's module what commander calls: the module is loaded when the command runs. */
export type RunCommand = (
  load: () => Promise<(world: World, ...given: never[]) => Promise<number>>,
) => (...given: unknown[]) => Promise<void>;
