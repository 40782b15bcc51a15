import { redacted } from "../api/redacted.ts";
import type { Problem } from "../problem.ts";
import { renderProblems } from "../problem-text.ts";
import { typedHints } from "./invocation.ts";
import { wantsColor } from "./output.ts";
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
