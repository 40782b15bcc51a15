import type { Problem } from "../problem.ts";
import { openProjectFiles, readSchema } from "./files.ts";
import { yamlFilesUnder } from "./folders.ts";
import type { Declared } from "./project.ts";
import { readDeclared } from "./read-declared.ts";
import type { WrittenRecording } from "./schemas/recording.ts";

/** Where recordings are, from a project's root. */
export const recordingsFolder = "scenarios/recordings";

/** Every recording of the project in `root`, and the problems of those that cannot be used. */
export function loadRecordings(root: string): { recordings: Declared<WrittenRecording>[]; problems: Problem[] } {
  const files = openProjectFiles(root);
  const { paths, problems } = yamlFilesUnder(files, recordingsFolder, []);
  const schema = readSchema("recording");
  const read = paths.map((path) => readDeclared<WrittenRecording>(files, path, { kind: "recording", schema }));
  return {
    recordings: read.flatMap(({ declared }) => declared ?? []),
    problems: [...problems, ...read.flatMap((each) => each.problems)],
  };
}
