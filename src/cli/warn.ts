import type { Notice } from "../api/context.ts";
import { redacted } from "../api/redacted.ts";
import { printable } from "../kit/terminal-text.ts";
import type { Problem } from "../problem.ts";
import { renderProblems } from "../problem-text.ts";
import { typedHints } from "./invocation.ts";
import { wantsColor } from "./output.ts";
import { createLog } from "./serve/log.ts";
import type { World } from "./world.ts";

/** Prints problems to the side of a command's results. */
export function warn(
  { stderr, env, cwd, secrets, command }: Pick<World, "stderr" | "env" | "cwd" | "secrets" | "command">,
  problems: readonly Problem[],
): void {
  if (problems.length === 0) return;
  // Before lines are cut: what is left of a secret would not be known for one.
  const hidden = redacted(problems, secrets);
  stderr.write(renderProblems(typedHints(hidden, command(cwd)), { color: wantsColor(stderr, env) }));
}

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
