import type { Notice } from "../api/context.ts";
import { redacted } from "../api/redacted.ts";
import { printable } from "../kit/terminal-text.ts";
import type { Problem } from "../problem.ts";
import { renderProblems } from "../problem-text.ts";
import { typedHints } from "./invocation.ts";
import { wantsColor } from "./output.ts";
import { createLog } from "./serve/log.ts";
import type { World } from "./world.ts";

/** Prints problems to stderr. */
export function warn(
  { stderr, env, cwd, secrets, command }: Pick<World, "stderr" | "env" | "cwd" | "secrets" | "command">,
  problems: readonly Problem[],
): void {
  if (problems.length === 0) return;
  // Redact before lines are cut: the rest of a cut secret would not be recognized.
  const hidden = redacted(problems, secrets);
  stderr.write(renderProblems(typedHints(hidden, command(cwd)), { color: wantsColor(stderr, env) }));
}

/** Prints notices to stderr; of the embedded server's log, only its faults. */
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
