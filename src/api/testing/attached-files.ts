import { posix } from "node:path";
import { openProjectFiles } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import { fileKind } from "../../resources/file/kind.ts";
import type { FileSpec } from "../../resources/file/spec.ts";
import type { Desired } from "../../resources/resource.ts";
import type { Scenario } from "../../scenarios/scenario.ts";

/** The files that these scenarios attach, to upload to a target. An unreadable one is left out: its turn reports the reason. */
export function attachedFiles(
  { root }: Pick<Project, "root">,
  scenarios: readonly Pick<Scenario, "turns">[],
): Pick<Desired<FileSpec>, "kind" | "address" | "spec">[] {
  const all = scenarios.flatMap(({ turns }) => turns.flatMap(({ attachments }) => attachments.map(({ file }) => file)));
  if (all.length === 0) return [];
  const files = openProjectFiles(root);
  return [...new Set(all)].flatMap((path) => {
    const digest = files.digest(path);
    if (digest.kind === "refused") return [];
    const { sha256, bytes } = digest;
    return [
      {
        kind: fileKind.name,
        address: `${fileKind.name}.${path}`,
        spec: { filename: posix.basename(path), sha256, bytes },
      },
    ];
  });
}
