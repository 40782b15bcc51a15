import { createHash } from "node:crypto";
import type { Project } from "./project.ts";

/**
 * A hash (sha256, hex) of what declares the assistants: the path and content of `playbill.yaml`, of every file in the project that declares
 * something or that such a file names, except for the scenarios. Knowledge files count by their names only.
 */
export function configurationHash({ hashes }: Pick<Project, "hashes">): string {
  const hash = createHash("sha256");
  const paths = [...hashes.keys()].filter((path) => !path.startsWith("scenarios/"));
  for (const path of paths.toSorted()) hash.update(`${JSON.stringify(path)} ${hashes.get(path)}\n`);
  return hash.digest("hex");
}
