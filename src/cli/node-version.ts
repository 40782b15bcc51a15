import { type Problem, problem } from "../problem.ts";

const oldest = [22, 18] as const;

/** The problem with a Node that cannot run Playbill; `null` when it can. `version` is as in `22.18.0`. */
export function oldNodeProblem(version: string): Problem | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return null;
  return problem("old_node", `Playbill needs Node ${oldest.join(".")} or newer, and this is Node ${version}`, {
    hint: "Install a newer one: https://nodejs.org",
  });
}
