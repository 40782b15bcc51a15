import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { loadSound } from "../../api/load.ts";
import { ensureStateFolder } from "../../api/folders.ts";
import { whatIsSound } from "../../api/planning.ts";
import { fail } from "../../problem.ts";
import { newerEvidence } from "../../scenarios/evidence/evidence.ts";
import { evidenceFolder, changeEvidence, readEvidence } from "../../scenarios/evidence/evidence-file.ts";
import { warn } from "../warn.ts";
import type { World } from "../world.ts";

/** Stands for every target that is not embedded: their evidence is in one folder. */
const anyTarget = "";

/**
 * `playbill evidence add FOLDER`: adds the evidence of another test run, for example of a CI job on a pull request. Of each scenario,
 * the newest run counts. Unusable evidence and evidence of other projects are left out.
 */
export async function addEvidence(world: World, folder: string): Promise<number> {
  const path = resolve(world.cwd, folder);
  if (!existsSync(path)) fail("missing_file", `there is no folder ${folder}`, { hint: "Name a folder with evidence." });
  const project = await loadSound(world, whatIsSound);
  const own = evidenceFolder(anyTarget, false);
  const [known, added] = await Promise.all([
    readEvidence(project.root, own),
    readEvidence(dirname(path), basename(path)),
    ensureStateFolder(project.root),
  ]);
  warn(world, [...known.problems, ...added.problems]);
  const ofProject = added.evidence.filter((each) => each.project === project.name);
  const newer = await changeEvidence(project.root, own, (all) => newerEvidence(all, ofProject));
  const states = newer.length === 1 ? "1 state of an assistant" : `${newer.length} states of assistants`;
  world.stdout.write(newer.length === 0 ? "No new evidence.\n" : `Evidence of ${states} added.\n`);
  return 0;
}
