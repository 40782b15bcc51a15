import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../../api/context.ts";
import { loadSound } from "../../api/load.ts";
import { partHashes } from "../../api/testing/part-hashes.ts";
import type { Project } from "../../project/project.ts";
import { resolveWithoutConnection } from "../../project/resolve-target.ts";
import { evidenceFolder, readEvidence } from "../../scenarios/evidence/evidence-file.ts";
import { type PartHashes, seenParts } from "../../scenarios/fingerprint.ts";
import { findRun, listRuns } from "../../scenarios/runs/runs-folder.ts";
import { withFilesAt } from "../git-tree.ts";

/** One side of a comparison. */
export interface Side {
  name: string;
  /** By address. */
  of: ReadonlyMap<string, PartHashes>;
  /** True when it has only what was run. */
  isPartial?: boolean;
}

interface At {
  files: Side;
  project: Project;
  target: string;
}

/**
 * `.` means the current files; the name of a run, or `last`, what was run; a fingerprint with evidence, what was tested; anything
 * else, a Git commit. Throws a ProblemError when it does not exist.
 */
export async function sideOf(context: Context, named: string, { files, project, target }: At): Promise<Side> {
  if (named === ".") return files;
  const tested = await evidenceSide(project.root, target, named);
  if (tested !== null) return tested;
  if (named === "last" || (await listRuns(project.root)).includes(named)) return runSide(context, project.root, named);
  return withFilesAt(project.root, named, async ({ folder, name }) => {
    if (!existsSync(join(folder, "playbill.yaml"))) return { name, of: new Map() };
    const there = await loadSound({ ...context, cwd: folder }, { files: "all" });
    return { name, of: partHashes(context, there, resolveWithoutConnection(there, target, context.env)) };
  });
}

async function evidenceSide(root: string, target: string, named: string): Promise<Side | null> {
  if (!/^[0-9a-f]{8,16}$/.test(named)) return null;
  const folders = [evidenceFolder(target, true), evidenceFolder(target, false)];
  const read = await Promise.all(folders.map((folder) => readEvidence(root, folder)));
  const found = read.flatMap(({ evidence }) => evidence).find(({ fingerprint }) => fingerprint.startsWith(named));
  if (found === undefined) return null;
  const of = new Map<string, PartHashes>();
  for (const [id, { assistant, scenario }] of found.scenarios) {
    of.set(`assistant.${assistant}`, found.assistant);
    if (scenario !== null) of.set(`scenario.${id}`, scenario);
  }
  return { name: found.fingerprint, of, isPartial: true };
}

async function runSide({ cwd }: Context, root: string, named: string): Promise<Side> {
  const run = await findRun(root, cwd, named);
  const of = new Map<string, PartHashes>();
  for await (const { id, assistant, fingerprint } of run.results()) {
    if (fingerprint === null) continue;
    of.set(`scenario.${id}`, fingerprint.scenario);
    of.set(`assistant.${assistant}`, seenParts(fingerprint.assistant));
  }
  return { name: run.header.run, of, isPartial: true };
}
