import { openProjectFiles } from "../project/files.ts";
import { desiredResources } from "../project/desired.ts";
import type { ResolvedTarget } from "../project/resolve-target.ts";
import { type DraftContext, type Importable, draftImport } from "../project/write/import-draft.ts";
import { openWriters } from "../project/write/writers.ts";
import type { Project } from "../project/project.ts";
import { readProject } from "./load.ts";
import type { World } from "./world.ts";

/** Drafts the files of objects as this project, at this target, would have them. Writes nothing. */
export function draftFor(
  world: World,
  { project }: { project: Project },
  target: Pick<ResolvedTarget, "models" | "vars">,
  objects: readonly Importable[],
  more: Pick<DraftContext, "locked" | "naming">,
): ReturnType<typeof draftImport> {
  const context: DraftContext = {
    project,
    files: openProjectFiles(project.root),
    models: target.models ?? {},
    ...more,
    openWriters: (isTaken) => openWriters(project, isTaken),
    load: (texts, addresses) => {
      const asked = new Set(addresses);
      return readProject(world, { files: "resources", isSelected: (address) => asked.has(address) }, texts);
    },
    resolve: (loaded, addresses) => {
      const asked = new Set(addresses);
      return desiredResources(loaded, target, (address) => asked.has(address)).filter(({ address }) =>
        asked.has(address),
      );
    },
  };
  return draftImport(objects, context);
}
