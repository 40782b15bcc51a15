import { homedir } from "node:os";
import { join } from "node:path";
import type { World } from "./world.ts";

/** Where this user keeps what can be made again at any time; by the XDG rules, `~/.cache` when nothing else is set. */
export function cacheFolder({ env }: Pick<World, "env">): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "playbill");
}
