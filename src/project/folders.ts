import { posix } from "node:path";
import { problem } from "../problem.ts";
import type { Place, Problem } from "../problem.ts";
import type { ProjectFiles } from "./files.ts";
import { stemOf } from "./files.ts";
import { locatorOf } from "./source.ts";

/** A problem of a file or folder, possibly without a place. */
export interface OwnedProblem {
  /** The file that causes it, by path from the root; the place may be in another file. */
  owner: string;
  problem: Problem;
}

/** The YAML files of one kind, and problems of similar files that are not read. */
export interface Folder {
  /** Paths from the root, sorted. */
  paths: string[];
  problems: OwnedProblem[];
}

/** Where a project's files are, by kind. */
export interface Layout {
  assistants: Folder;
  tools: Folder;
  vectorStores: Folder;
  scenarios: Folder;
  /** The files with shared values of the scenarios in a folder; they are not scenarios. */
  scenarioDefaults: string[];
}

/** The name of files with shared values of the scenarios in a folder and below it. */
export const scenarioDefaultsName = "defaults.yaml";

/** The folder of recordings, from a project's root. */
export const recordingsFolder = "scenarios/recordings";

/** The folder of baselines, from a project's root. */
export const baselinesFolder = "scenarios/baselines";

/** The file of quarantined scenarios, from a project's root. */
export const quarantineFile = "scenarios/quarantine.yaml";

/**
 * Finds the files of a project. Folders are free: a file's kind depends on the nearest folder called `tools` or `vector_stores` above
 * it under `assistants/`, and its address is its stem, in any folder. Files below a folder called `files` belong to the assistants or
 * scenarios that refer to them.
 */
export function findFiles(files: ProjectFiles): Layout {
  const under = yamlFilesUnder(files, "assistants", (path) => posix.basename(path) === "files");
  const kinds = Map.groupBy(under.paths, kindOfPath);
  const withDoubles = (paths: string[], kind: string): Folder => ({ paths, problems: doubles(files, paths, kind) });
  const assistants = withDoubles(kinds.get("assistant") ?? [], "assistant");
  const scenarios = yamlFilesUnder(
    files,
    "scenarios",
    (path) => path === recordingsFolder || posix.basename(path) === "files",
  );
  const isDefaults = (path: string) => posix.basename(path) === scenarioDefaultsName;
  return {
    assistants: { ...assistants, problems: [...under.problems, ...assistants.problems] },
    tools: withDoubles(kinds.get("tool") ?? [], "tool"),
    vectorStores: withDoubles(kinds.get("vector_store") ?? [], "vector_store"),
    scenarios: { ...scenarios, paths: scenarios.paths.filter((path) => !isDefaults(path) && path !== quarantineFile) },
    scenarioDefaults: scenarios.paths.filter(isDefaults),
  };
}

/** The `.yaml` files below a folder, except in excluded folders. */
export function yamlFilesUnder(files: ProjectFiles, folder: string, isLeftOut: (path: string) => boolean): Folder {
  const entries = files.list(folder).map(({ name, kind }) => ({ path: posix.join(folder, name), name, kind }));
  const here = entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
  const links = entries.filter(({ kind }) => kind === "linked folder").map(({ path }) => linkedFolder(path));
  const below = entries
    .filter(({ name, path, kind }) => kind === "folder" && !name.startsWith(".") && !isLeftOut(path))
    .map(({ path }) => yamlFilesUnder(files, path, isLeftOut));
  return {
    paths: [...here.filter((path) => path.endsWith(".yaml")), ...below.flatMap(({ paths }) => paths)],
    problems: [...here.flatMap(badNames), ...links, ...below.flatMap(({ problems }) => problems)],
  };
}

function kindOfPath(path: string): "assistant" | "tool" | "vector_store" {
  const folder = posix
    .dirname(path)
    .split("/")
    .findLast((each) => each === "tools" || each === "vector_stores");
  return folder === "tools" ? "tool" : folder === "vector_stores" ? "vector_store" : "assistant";
}

/** Problems for files with the same address, also if they differ only in case, which some file systems cannot store. */
function doubles(files: ProjectFiles, paths: readonly string[], kind: string): OwnedProblem[] {
  const first = new Map<string, string>();
  return paths.flatMap((path) => {
    const key = stemOf(path).toLowerCase();
    const other = first.get(key);
    first.set(key, other ?? path);
    if (other === undefined) return [];
    const address = `${kind}.${stemOf(path)}`;
    const message =
      stemOf(other) === stemOf(path)
        ? `"${path}" has the same address as "${other}": ${address}`
        : `"${path}" and "${other}" have addresses that differ only in case`;
    const hint = "Rename one of them: the address is the file's name, without its folder.";
    return [{ owner: path, problem: problem("duplicate_address", message, { hint, place: beginOf(files, path) }) }];
  });
}

function badNames(path: string): OwnedProblem[] {
  const refuse = (message: string, hint: string): OwnedProblem[] => [
    { owner: path, problem: problem("bad_file_name", message, { hint }) },
  ];
  if (/\.ya?ml$/i.test(path) && !path.endsWith(".yaml"))
    return refuse(
      `"${path}" is not read: its name must end in .yaml`,
      `Rename it to ${posix.basename(path).replace(/\.ya?ml$/i, ".yaml")}.`,
    );
  if (!path.endsWith(".yaml") || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(stemOf(path))) return [];
  const hint = "Use letters, digits, dots, hyphens and underscores; the name is part of the address.";
  return refuse(`"${path}" is not a valid address`, hint);
}

function linkedFolder(path: string): OwnedProblem {
  const hint = "Move the folder itself there; links to single files inside the project are allowed.";
  return {
    owner: path,
    problem: problem("linked_folder", `"${path}" is a link to a folder, which is not read`, { hint }),
  };
}

function beginOf(files: ProjectFiles, path: string): Place {
  const read = files.read(path);
  return locatorOf(path, read.kind === "text" ? read.text : "")(0, Infinity);
}
