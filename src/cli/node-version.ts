import type { Problem } from "../problem.ts";

const oldest = [22, 18] as const;

/** True for a Node version that can run Playbill, for example `22.18.0`. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** The problem for a Node version that is too old. */
export async function oldNodeProblem(version: string): Promise<Problem> {
  const { problem } = await import("../problem.ts");
  return problem("old_node", `Playbill needs Node ${oldest.join(".")} or newer; this is Node ${version}`, {
    hint: "Install a newer version: https://nodejs.org",
  });
}
