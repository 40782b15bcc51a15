import type { Problem } from "../problem.ts";

const oldest = [22, 18] as const;

/** True for a Node that can run Playbill. `version` is as in `22.18.0`. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** The problem with a Node that cannot. */
export async function oldNodeProblem(version: string): Promise<Problem> {
  const { problem } = await import("../problem.ts");
  return problem("old_node", `Playbill needs Node ${oldest.join(".")} or newer, and this is Node ${version}`, {
    hint: "Install a newer one: https://nodejs.org",
  });
}
