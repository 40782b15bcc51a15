import { posix } from "node:path";
import { readDeclared } from "./declared-file.ts";
import type { Defaults, Merging } from "./defaults.ts";
import { type ProjectFiles, readSchema } from "./files.ts";
import { type OwnedProblem, scenarioDefaultsName } from "./folders.ts";

/** Values of scenarios that are merged with defaults. */
export const scenarioMerging: Merging = {
  mappings: new Set(["vars", "world", "tools", "limits", "limits.turn", "expect"]),
  lists: new Set(["tags"]),
};

/** The defaults of scenarios from files above them. */
export interface ScenarioDefaults {
  /** The defaults of a scenario's file, nearest folder first. */
  above(this: void, path: string): readonly Defaults[];
  problems: OwnedProblem[];
}

/** Reads and checks files of defaults, each separately from its scenarios. */
export function readScenarioDefaults(files: ProjectFiles, paths: readonly string[]): ScenarioDefaults {
  if (paths.length === 0) return { above: () => [], problems: [] };
  const schema = readSchema("scenario-defaults");
  const read = paths.map((path) => readDeclared<Record<string, unknown>>(files, path, { kind: "scenario", schema }));
  const known = new Map(
    read.flatMap(({ file, declared, rest }) => {
      // Use the valid part of an invalid file, so that its scenarios do not lack required keys.
      const sound = declared ?? rest;
      return sound === null ? [] : [[file, { values: sound.value, place: sound.place, file }] as const];
    }),
  );
  return {
    above: (path) => defaultsAbove(path, paths).flatMap((each) => known.get(each) ?? []),
    problems: read.flatMap(({ file, problems }) => problems.map((each) => ({ owner: file, problem: each }))),
  };
}

/** Those of these files of defaults that apply to a scenario, nearest folder first. */
export function defaultsAbove(path: string, all: readonly string[]): string[] {
  const folders = foldersAbove(posix.dirname(path));
  return folders.map((folder) => posix.join(folder, scenarioDefaultsName)).filter((each) => all.includes(each));
}

function foldersAbove(folder: string): string[] {
  return folder === "." || folder === "/" ? [] : [folder, ...foldersAbove(posix.dirname(folder))];
}
