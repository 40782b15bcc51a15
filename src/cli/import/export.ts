import { type Problem, ProblemError } from "../../problem.ts";
import type { ImportDraft, Importable } from "../../project/write/import-draft.ts";
import { readExport } from "./export-file.ts";
import { draftFor } from "./draft.ts";
import { importReport } from "./report.ts";
import { importable } from "./importable.ts";
import { writeDrafts } from "./files.ts";
import { loadSound } from "../../api/load.ts";
import type { World } from "../world.ts";
import { warn } from "../warn.ts";

/** The warning for an exported object, which is at no target: a sync creates it from the files only. */
function asOfExport(warning: Problem): Problem {
  if (warning.code !== "not_written") return warning;
  return {
    ...warning,
    hint: "A comment in the YAML shows it. The object that a sync creates from the files will not have it.",
  };
}

/** `playbill import --from PATH`: writes YAML for exported objects. Contacts no target: the next plan shows what it would create. */
export async function importExport(
  world: World,
  from: string,
  { dryRun, json }: { dryRun?: true; json?: true },
): Promise<number> {
  const isDry = dryRun === true;
  const { drafts, written } = await writeExport(world, world.cwd, from, isDry);
  importReport(world, { drafts, written, target: null, applied: null, isDry, json: json === true });
  return 0;
}

/** Drafts files of exported objects for the project that `folder` is in, and writes them unless it `isDry`; `written` has their paths. */
export async function writeExport(
  world: World,
  folder: string,
  from: string,
  isDry: boolean,
): Promise<{ drafts: ImportDraft[]; written: string[] }> {
  const inFolder = { ...world, cwd: folder };
  const project = await loadSound(inFolder, { files: "resources", isSelected: () => false });
  const { live, missing, labels, warnings } = await readExport(world.cwd, from);
  if (live.length === 0) throw new ProblemError(warnings);
  const objects = live.map((each): Importable => {
    const object = importable(each, world.secrets);
    const files = missing.get(each.id);
    const leftOut = new Map(object.leftOut).set("files", files ?? "");
    return Object.assign(object, { address: null }, files !== undefined && { leftOut });
  });
  const naming = { labelOf: (id: string) => labels.get(id) ?? null, namesIds: false };
  const drafted = await draftFor(inFolder, { project }, {}, objects, { locked: new Map(), naming });
  warn(world, [...warnings, ...drafted.warnings.map(asOfExport)]);
  return { drafts: drafted.drafts, written: isDry ? [] : await writeDrafts(project.root, drafted.drafts) };
}
