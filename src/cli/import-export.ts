import { ProblemError } from "../problem.ts";
import { readExport } from "./export-file.ts";
import { draftFor } from "./import-draft.ts";
import { importReport } from "./import-report.ts";
import { importable } from "./importable.ts";
import { writeDrafts } from "./import-files.ts";
import { loadSound, warn } from "./load.ts";
import type { World } from "./world.ts";

/** `playbill import --from PATH`: writes YAML for exported objects. Contacts no target: the next plan says what it would create. */
export async function importExport(
  world: World,
  from: string,
  { dryRun, json }: { dryRun?: true; json?: true },
): Promise<number> {
  const project = await loadSound(world, { files: "resources", isSelected: () => false });
  const { live, warnings } = await readExport(world.cwd, from);
  if (live.length === 0) throw new ProblemError(warnings);
  const objects = live.map((each) => Object.assign(importable(each, world.secrets), { address: null }));
  const drafted = await draftFor(world, { project }, {}, new Set(), objects);
  warn(world, [...warnings, ...drafted.warnings]);
  const written = dryRun === true ? [] : await writeDrafts(project.root, drafted.drafts);
  importReport(world, {
    drafts: drafted.drafts,
    written,
    target: null,
    applied: null,
    isDry: dryRun === true,
    json: json === true,
  });
  return 0;
}
