import { posix } from "node:path";
import { readDeclared } from "./declared-file.ts";
import type { Defaults, Merging } from "./defaults.ts";
import { type ProjectFiles, readSchema } from "./files.ts";
import { type OwnedProblem, scenarioDefaultsName } from "./folders.ts";

/** What a scenario takes from defaults although it says some of it itself. */
export const scenarioMerging: Merging = {
  mappings: new Set(["vars", "world", "tools", "limits", "limits.turn", "expect"]),
  lists: new Set(["tags"]),
};

/** What scenarios take from the files of defaults above them. */
export interface ScenarioDefaults {
  /** The defaults of a scenario's file, the nearest folder's first. */
  above(this: void, path: string): readonly Defaults[];
  problems: OwnedProblem[];
}

/** Reads files of defaults. Each is checked by itself: what is wrong with one is wrong whoever takes it. */
export function readScenarioDefaults(files: ProjectFiles, paths: readonly string[]): ScenarioDefaults {
  if (paths.length === 0) return { above: () => [], problems: [] };
  const schema = readSchema("scenario-defaults");
  const read = paths.map((path) => readDeclared<Record<string, unknown>>(files, path, { kind: "scenario", schema }));
  const known = new Map(
    read.flatMap(({ file, declared, rest }) => {
      // What is sound of one that is not keeps its scenarios from lacking it.
      const sound = declared ?? rest;
      return sound === null ? [] : [[file, { values: sound.value, place: sound.place, file }] as const];
    }),
  );
  return {
    above: (path) => defaultsAbove(path, paths).flatMap((each) => known.get(each) ?? []),
    problems: read.flatMap(({ file, problems }) => problems.map((each) => ({ owner: file, problem: each }))),
  };
}

/** Of these files of defaults, those that a scenario takes, the nearest folder's first. */
export function defaultsAbove(path: string, all: readonly string[]): string[] {
  const folders = foldersAbove(posix.dirname(path));
  return folders.map((folder) => posix.join(folder, scenarioDefaultsName)).filter((each) => all.includes(each));
}

function foldersAbove(folder: string): string[] {
  return folder === "." || folder === "/" ? [] : [folder, ...foldersAbove(posix.dirname(folder))];
}
