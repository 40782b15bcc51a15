import type { Notice } from "../api/context.ts";
import { printable } from "../kit/terminal-text.ts";
import { createLog } from "./serve/log.ts";
import { warn } from "./warn.ts";
import type { World } from "./world.ts";

/** Prints what is told on the way to the side of a command's results; of the embedded server's log, its faults. */
export function createTell(world: Omit<World, "tell">): (notice: Notice) => void {
  const log = createLog(world, "faults");
  return (notice) => {
    switch (notice.kind) {
      case "warnings":
        return warn(world, notice.problems);
      case "printed":
        return world.stderr.write(printable(notice.text));
      case "fault":
        return log(notice);
    }
  };
}
