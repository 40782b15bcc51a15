import { lstatSync } from "node:fs";
import { mkdir, rm, rmdir } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { stateIgnoreFile } from "../../api/folders.ts";
import { writeTogether } from "../../kit/files.ts";
import { inShell } from "../../kit/shell.ts";
import { findProjectRoot, openProjectFiles } from "../../project/files.ts";
import { type ProjectFileChange, writeProjectFiles } from "../../project/write/write-files.ts";
import { advice, fail } from "../../problem.ts";
import { readVersion } from "../package.ts";
import type { World } from "../world.ts";
import { type Beginning, type BeginningOptions, chooseBeginning } from "./begin.ts";
import { type Additions, extend, update } from "./extend.ts";
import { withPlaybill } from "./manifest.ts";
import { type OwnedFile, continuousFiles, schemaFiles, skillFiles, textAt } from "./owned.ts";
import { pathLines } from "./paths.ts";
import { recordWith } from "./record.ts";
import { withServer } from "./server-target.ts";
import { sharedFiles, templateFiles } from "./template-files.ts";
import { templates } from "./templates.ts";

type Options = BeginningOptions & Additions & { update?: true };

const manifestPath = "package.json";

/** A new project: the written files, the existing files that stay, and the next steps. */
interface NewProject {
  files: ProjectFileChange[];
  kept: string[];
  /** What a person does to files of their own. */
  byHand: string[];
  /** What stands above the commands that come next. */
  heading: string;
  next: readonly string[];
}

/** `playbill init`: writes a project, or adds to an existing one. It never overwrites edited files, and writes all files or none. */
export async function init(world: World, folder: string, options: Options): Promise<number> {
  const root = resolve(world.cwd, folder);
  if (options.update === true) return update(world, existingRoot(root));
  const isThere = isTaken(root, "playbill.yaml");
  const { ciShards, skill, template, from } = options;
  const isAddition = (ciShards !== undefined || skill === true) && template === undefined && from === undefined;
  if (isThere && isAddition) return extend(world, root, options);
  const named = relative(world.cwd, root);
  if (isThere) refuse(named, ["playbill.yaml"]);
  const beginning = await chooseBeginning(world, options);
  const project = await newProject(root, named, beginning, options);
  await mkdir(root, { recursive: true });
  await writeProjectFiles(openProjectFiles(root), project.files);
  const imported = beginning.kind === "export" ? await importInto(world, root, beginning.path, project.files) : [];
  world.stdout.write(outcome(named, project, imported, world.command(root)));
  return 0;
}

/** True for the path of a file, a folder or a link, even a broken link. */
function isTaken(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
}

function existingRoot(start: string): string {
  return (
    findProjectRoot(start) ??
    fail(
      "no_project",
      `there is no playbill.yaml in ${start} or above it`,
      advice({ purpose: "To create a project here", command: "playbill init" }),
    )
  );
}

/** Collects the files of a new project. Throws a ProblemError when one of them exists. */
async function newProject(root: string, named: string, beginning: Beginning, options: Additions): Promise<NewProject> {
  const version = readVersion();
  const template = beginning.kind === "template" ? beginning.name : "empty";
  const owned = [
    ...(await continuousFiles(options.ciShards ?? 1)),
    ...(options.skill === true ? await skillFiles() : []),
    ...(await schemaFiles()),
  ];
  const own = await templateFiles(root, template, version);
  if (beginning.kind === "server") own.set("playbill.yaml", withServer(own.get("playbill.yaml") ?? "", beginning.url));
  const all: OwnedFile[] = [
    ...[...own].map(([path, text]) => ({ path, text })),
    ...owned,
    { path: stateIgnoreFile[0], text: stateIgnoreFile[1] },
    recordWith(new Map(), owned),
  ];
  const there = new Set(all.map(({ path }) => path).filter((path) => isTaken(root, path)));
  const conflicts = [...there].filter((path) => path !== manifestPath && !sharedFiles.includes(path));
  if (conflicts.length > 0) refuse(named, conflicts);
  const project: NewProject = {
    files: all.filter(({ path }) => !there.has(path)).map((file) => Object.assign(file, { before: null })),
    kept: sharedFiles.filter((path) => there.has(path)),
    byHand: [],
    heading: beginning.kind === "server" ? "Next, with OPENAI_API_KEY set:" : "Next:",
    next: nextOf(beginning),
  };
  const manifest = await textAt(root, manifestPath);
  if (manifest === null) return project;
  const change = withPlaybill(manifest, version);
  if (change.kind === "changed") project.files.push({ path: manifestPath, text: change.text, before: manifest });
  else project.kept.push(manifestPath);
  if (change.kind === "by-hand") project.byHand.push(`Add to devDependencies in ${manifestPath}: ${change.line}`);
  return project;
}

function nextOf(beginning: Beginning): readonly string[] {
  switch (beginning.kind) {
    case "template":
      return templates[beginning.name].next;
    case "export":
      return ["validate", "plan", "sync"];
    case "server":
      return ["import --all --target prod --dry-run", "import --all --target prod"];
  }
}

function refuse(folder: string, paths: readonly string[]): never {
  const shown = paths.slice(0, 5).join(", ");
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : "";
  const refresh = { purpose: "To refresh the files that come with Playbill", command: "playbill init --update" };
  return fail(
    "file_exists",
    `${folder || "this folder"} already has ${shown}${more}; nothing was written`,
    advice("Choose another folder: playbill init NAME", ...(paths.includes("playbill.yaml") ? [refresh] : [])),
  );
}

/** Writes the assistants of an export into the new project, and returns the paths. When that fails, the project is removed again. */
async function importInto(world: World, root: string, from: string, files: NewProject["files"]): Promise<string[]> {
  const { writeExport } = await import("../import/export.ts");
  try {
    return (await writeExport(world, root, from, false)).written;
  } catch (error) {
    for (const { path, before } of files) if (before === null) await rm(join(root, path), { force: true });
    const changed = files.filter(({ before }) => before !== null);
    await writeTogether(
      changed.map(({ path, text, before }) => ({ file: join(root, path), text: before ?? text, before: text })),
    );
    for (const folder of foldersOf(files)) await rmdir(join(root, folder)).catch(() => {});
    throw error;
  }
}

/** The folders of files, the inner ones first and the root last. */
function foldersOf(files: NewProject["files"]): string[] {
  const above = (path: string): string[] => (path === "." ? [path] : [path, ...above(dirname(path))]);
  const folders = new Set(files.flatMap(({ path }) => above(dirname(path))));
  return [...folders].toSorted((a, b) => b.length - a.length);
}

function outcome(folder: string, project: NewProject, imported: readonly string[], command: string): string {
  const { files, kept, byHand, heading, next } = project;
  const changed = files.filter(({ before }) => before !== null).map(({ path }) => path);
  const written = [...imported, ...files.flatMap(({ path, before }) => (before === null ? [path] : []))];
  const steps = [...(folder === "" ? [] : [`cd ${inShell(folder)}`]), ...next.map((each) => `${command} ${each}`)];
  return [
    `Wrote ${written.length} files:`,
    ...pathLines(written),
    ...(changed.length > 0 ? [`Added playbill to devDependencies in ${changed.join(", ")}.`] : []),
    ...(kept.length > 0 ? [`Left unchanged: ${kept.join(", ")}`] : []),
    ...byHand,
    "",
    heading,
    ...steps.map((step) => `  ${step}`),
    "",
  ].join("\n");
}
