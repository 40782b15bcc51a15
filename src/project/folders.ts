import { posix } from "node:path";
import { problem } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { ProjectFiles } from "./files.ts";

/** The YAML files of one kind, and what lies beside them that looks like one and is not read. */
export interface Folder {
  /** Paths from the root, sorted. */
  paths: string[];
  problems: Problem[];
}

/** The `.yaml` files right in a folder. */
export function yamlFilesIn(files: ProjectFiles, folder: string): Folder {
  const names = files.list(folder).filter(({ kind }) => kind === "file");
  const paths = names.map(({ name }) => posix.join(folder, name));
  return {
    paths: paths.filter((path) => path.endsWith(".yaml")),
    problems: paths.flatMap((path) => misnamed(path).concat(oddName(path))),
  };
}

/** The `.yaml` files anywhere under a folder, except under the folders named in `without`. */
export function yamlFilesUnder(files: ProjectFiles, folder: string, without: readonly string[]): Folder {
  const here = yamlFilesIn(files, folder);
  const below = files
    .list(folder)
    .filter(({ name, kind }) => kind === "folder" && !without.includes(posix.join(folder, name)))
    .map(({ name }) => yamlFilesUnder(files, posix.join(folder, name), without));
  return {
    paths: [...here.paths, ...below.flatMap(({ paths }) => paths)],
    problems: [...here.problems, ...below.flatMap(({ problems }) => problems)],
  };
}

/** `paris` of `scenarios/paris.yaml`. */
export const stemOf = (path: string): string => posix.basename(path, ".yaml");

function misnamed(path: string): Problem[] {
  if (!/\.ya?ml$/i.test(path) || path.endsWith(".yaml")) return [];
  const hint = `Rename it to ${posix.basename(path).replace(/\.ya?ml$/i, ".yaml")}.`;
  return [problem("bad_file_name", `"${path}" is not read: its name must end in .yaml`, { hint })];
}

function oddName(path: string): Problem[] {
  if (!path.endsWith(".yaml") || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(stemOf(path))) return [];
  const hint = "Use letters, digits, dots, hyphens and underscores; the name is part of the address.";
  return [problem("bad_file_name", `"${path}" cannot be an address`, { hint })];
}
