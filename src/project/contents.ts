import { fileKind } from "../resources/file/kind.ts";
import type { Desired } from "../resources/resource.ts";
import { openProjectFiles } from "./files.ts";
import type { Project } from "./project.ts";

const prefix = `${fileKind.name}.`;

/** Returns the contents of the project's files by SHA-256, from any file that has them. */
export function contentsOf(
  { root }: Pick<Project, "root">,
  desired: readonly Pick<Desired, "kind" | "address" | "spec">[],
): (sha256: string) => AsyncIterable<Uint8Array> {
  const files = openProjectFiles(root);
  const paths = new Map(
    desired.flatMap(({ kind, address, spec }) =>
      kind === fileKind.name && "sha256" in spec ? [[spec.sha256, address.slice(prefix.length)] as const] : [],
    ),
  );
  return (sha256) => {
    const path = paths.get(sha256);
    if (path === undefined) throw new Error(`no file of the project has the hash ${sha256}`);
    return files.stream(path);
  };
}
