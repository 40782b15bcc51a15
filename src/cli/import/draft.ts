import { openProjectFiles } from "../../project/files.ts";
import { desiredResources } from "../../project/desired.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { type DraftContext, type Importable, draftImport } from "../../project/write/import-draft.ts";
import { openWriters } from "../../project/write/writers.ts";
import type { Project } from "../../project/project.ts";
import { referencesOf } from "../../resources/fields.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { kindNamed } from "../../resources/resource.ts";
import { readProject } from "../../api/load.ts";
import type { World } from "../world.ts";

/** Drafts the files that would declare these objects in this project for this target. Writes nothing. */
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
      const all = desiredResources(loaded, target, (address) => asked.has(address));
      const wanted = all.filter(({ address }) => asked.has(address));
      const named = new Set(wanted.flatMap(({ kind, spec }) => referencesOf(kindNamed(resourceKinds, kind), spec)));
      return all.filter(({ address }) => asked.has(address) || named.has(address));
    },
  };
  return draftImport(objects, context);
}
