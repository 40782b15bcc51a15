import type { Problem } from "../problem.ts";
import { openProjectFiles, readSchema } from "./files.ts";
import { recordingsFolder, yamlFilesUnder } from "./folders.ts";
import type { Declared } from "./project.ts";
import { readDeclared } from "./declared-file.ts";
import type { WrittenRecording } from "./schemas/recording.ts";

/** Every recording of the project in `root`, and the problems of those that cannot be used. */
export function loadRecordings(root: string): { recordings: Declared<WrittenRecording>[]; problems: Problem[] } {
  const files = openProjectFiles(root);
  const { paths, problems } = yamlFilesUnder(files, recordingsFolder, () => false);
  const schema = readSchema("recording");
  const read = paths.map((path) => readDeclared<WrittenRecording>(files, path, { kind: "recording", schema }));
  return {
    recordings: read.flatMap(({ declared }) => declared ?? []),
    problems: [...problems.map(({ problem }) => problem), ...read.flatMap((each) => each.problems)],
  };
}
