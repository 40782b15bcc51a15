import { openProjectFiles } from "../../project/files.ts";
import { writeProjectFiles } from "../../project/write/write-files.ts";
import { fail } from "../../problem.ts";
import type { World } from "../world.ts";
import { type OwnedFile, continuousFiles, mainWorkflow, schemaFiles, shardsOf, skillFiles, textAt } from "./owned.ts";
import { type InitRecord, isAsWritten, readRecord, recordWith } from "./record.ts";
import { pathLines } from "./paths.ts";
import { readVersion } from "../package.ts";

/** The additions to an existing project. */
export interface Additions {
  ciShards?: number;
  skill?: true;
}

/** One of Playbill's own files, compared with the file of the project at its path. */
interface Compared extends OwnedFile {
  before: string | null;
  state: "missing" | "same" | "outdated" | "edited";
}

/** Adds the CI files or the skill to a project; refuses when one of the files was edited, before anything is written. */
export async function extend(world: World, root: string, { ciShards, skill }: Additions): Promise<number> {
  const files = [
    ...(ciShards === undefined ? [] : await continuousFiles(ciShards)),
    ...(skill === true ? await skillFiles() : []),
  ];
  const record = await readRecord(root);
  const compared = await compare(root, files, record);
  const edited = compared.find(({ state }) => state === "edited");
  if (edited !== undefined) {
    return fail("file_exists", `${edited.path} is not as init writes it; nothing was written`, {
      hint: "Move it away and run the command again, or change it by hand: playbill help ci",
    });
  }
  const written = await writeOwned(
    root,
    compared.filter(({ state }) => state !== "same"),
    record,
  );
  const parts = ciShards === undefined ? "" : `; the suite runs in ${ciShards} ${ciShards === 1 ? "part" : "parts"}`;
  const what = written.length === 0 ? "Nothing to write" : `Wrote ${counted(written.length)}`;
  world.stdout.write(`${[`${what}${parts}.`, ...pathLines(written)].join("\n")}\n`);
  return 0;
}

/**
 * Updates Playbill's own files in a project: schemas always, because they are not meant to be edited, and of the others the existing
 * ones that were not edited.
 */
export async function update(world: World, root: string): Promise<number> {
  const record = await readRecord(root);
  const workflow = await textAt(root, mainWorkflow);
  const schemas = (await compare(root, await schemaFiles(), record)).filter(({ state }) => state !== "same");
  const others = await compare(
    root,
    [...(await continuousFiles(shardsOf(workflow ?? ""))), ...(await skillFiles())],
    record,
  );
  const edited = others.filter(({ state }) => state === "edited");
  const written = await writeOwned(root, [...schemas, ...others.filter(({ state }) => state === "outdated")], record);
  const version = readVersion();
  const changed =
    written.length === 0
      ? [`Nothing to update: what is unedited is as playbill ${version} writes it.`]
      : [`Updated ${counted(written.length)} to playbill ${version}:`, ...pathLines(written)];
  const left =
    edited.length === 0 ? [] : ["Left alone, because they were edited:", ...edited.map(({ path }) => `  ${path}`)];
  world.stdout.write(`${[...changed, ...left].join("\n")}\n`);
  return 0;
}

function compare(root: string, files: readonly OwnedFile[], record: InitRecord): Promise<Compared[]> {
  return Promise.all(
    files.map(async (file) => {
      const before = await textAt(root, file.path);
      return Object.assign(file, { before, state: await stateOf(file, before, record) });
    }),
  );
}

async function stateOf(
  { path, text }: OwnedFile,
  before: string | null,
  record: InitRecord,
): Promise<Compared["state"]> {
  if (before === null) return "missing";
  if (before === text) return "same";
  if (isAsWritten(record, path, before)) return "outdated";
  // The workflow of this version for another number of shards is known even without a record.
  if (path === mainWorkflow && (await continuousFiles(shardsOf(before)))[0]?.text === before) return "outdated";
  return "edited";
}

/** Writes files, all or none, and their record; returns their paths. */
async function writeOwned(root: string, files: readonly Compared[], record: InitRecord): Promise<string[]> {
  if (files.length === 0) return [];
  const next = recordWith(record, files);
  const changes = [...files, { ...next, before: await textAt(root, next.path) }];
  await writeProjectFiles(openProjectFiles(root), changes);
  return files.map(({ path }) => path);
}

function counted(files: number): string {
  return `${files} ${files === 1 ? "file" : "files"}`;
}
