import { posix } from "node:path";
import { sha256 } from "../kit/hash.ts";
import { problem, type Problem, advice } from "../problem.ts";
import { readDeclared } from "./declared-file.ts";
import { openProjectFiles, readSchema, type ProjectFiles } from "./files.ts";
import { recordingsFolder, yamlFilesUnder } from "./folders.ts";
import type { Declared } from "./project.ts";
import type { WrittenRecording } from "./schemas/recording.ts";
import type { WrittenServedRecording } from "./schemas/served-recording.ts";
import { inShell } from "../kit/shell.ts";

/** The format version of `test --record`; a change that breaks readers raises it. Recordings of `serve --record` have none. */
const recordingVersion = 2;

/** The recordings of `serve --record` in the project in `root`, the problems of unusable ones, and the number of recordings of `test --record`. */
export function loadServedRecordings(root: string): {
  recordings: Declared<WrittenServedRecording>[];
  problems: Problem[];
  ofTests: number;
} {
  const files = openProjectFiles(root);
  const { paths, problems } = yamlFilesUnder(files, recordingsFolder, () => false);
  const schema = readSchema("served-recording");
  const served = paths.filter((path) => versionOf(files, path) === null);
  const read = served.map((path) => readDeclared<WrittenServedRecording>(files, path, { kind: "recording", schema }));
  return {
    recordings: read.flatMap(({ declared }) => declared ?? []),
    problems: [...problems.map(({ problem }) => problem), ...read.flatMap((each) => each.problems)],
    ofTests: paths.length - served.length,
  };
}

/** The problems of all recordings of a project, of either kind. */
export function recordingProblems(root: string): Problem[] {
  const files = openProjectFiles(root);
  const { paths } = yamlFilesUnder(files, recordingsFolder, () => false);
  const schema = readSchema("recording");
  const ofTests = paths.flatMap((path): Problem[] => {
    const version = versionOf(files, path);
    if (version === null) return [];
    if (version > recordingVersion) return [newerRecording(path, version)];
    const { declared, problems } = readDeclared<WrittenRecording>(files, path, { kind: "recording", schema });
    const isInPlace = declared === null || recordingFile(declared.value.scenario) === path;
    return isInPlace ? problems : problems.concat(misplacedRecording(declared));
  });
  return [...loadServedRecordings(root).problems, ...ofTests];
}

/** The existing recordings of these scenarios, by id, and the problems of unusable ones. */
export function loadRecordings(
  root: string,
  ids: Iterable<string>,
): { recordings: ReadonlyMap<string, WrittenRecording>; problems: Problem[] } {
  const files = openProjectFiles(root);
  const schema = readSchema("recording");
  const recordings = new Map<string, WrittenRecording>();
  const problems: Problem[] = [];
  for (const id of ids) {
    const path = recordingFile(id);
    const version = versionOf(files, path);
    if (version === null && files.find(path).kind === "refused") continue;
    if (version !== null && version > recordingVersion) {
      problems.push(newerRecording(path, version));
      continue;
    }
    const { declared, problems: found } = readDeclared<WrittenRecording>(files, path, { kind: "recording", schema });
    problems.push(...found);
    if (declared === null) continue;
    if (declared.value.scenario === id) recordings.set(id, declared.value);
    else problems.push(otherScenario(declared, id));
  }
  return { recordings, problems };
}

/**
 * The path of a scenario's recording, from the project's root. Characters that some file systems forbid are replaced, and a hash makes
 * such names unique.
 */
export function recordingFile(id: string): string {
  const isPlain = /^[a-z0-9][a-z0-9_.-]{0,99}$/.test(id);
  const words = id.toLowerCase().match(/[a-z0-9_.=]+/g) ?? [];
  const name = isPlain ? id : [...words, sha256(id).slice(0, 8)].join("-").slice(-100);
  return posix.join(recordingsFolder, `${name.replace(/^[-.]+/, "")}.yaml`);
}

/** The targets of a project's recordings, without duplicates. */
export function recordedTargets(files: ProjectFiles): string[] {
  const { paths } = yamlFilesUnder(files, recordingsFolder, () => false);
  const found = paths.flatMap((path) => {
    const read = files.read(path);
    return read.kind === "text" ? (/^\s*"?target"?: "?([^"\n]+?)"?,?$/m.exec(read.text)?.[1] ?? []) : [];
  });
  return [...new Set(found)];
}

/** The format version in a file; `null` when it has none or does not exist. */
function versionOf(files: Pick<ProjectFiles, "read">, path: string): number | null {
  const read = files.read(path);
  const found = read.kind === "text" ? /^\{?\s*"?format_version"?:\s*(\d+)/m.exec(read.text)?.[1] : undefined;
  return found === undefined ? null : Number(found);
}

function newerRecording(path: string, version: number): Problem {
  return problem("newer_recording", `${path} has format ${version}, which this version of Playbill does not know`, {
    hint: "A newer version of Playbill wrote it: upgrade Playbill.",
  });
}

function misplacedRecording({ value, place }: Declared<WrittenRecording>): Problem {
  return problem(
    "recording_of_another",
    `this is the recording of ${value.scenario}, but a replay does not look for it here`,
    {
      hint: `Move it to ${recordingFile(value.scenario)}`,
      place: place(["scenario"]),
    },
  );
}

function otherScenario({ value, place }: Declared<WrittenRecording>, id: string): Problem {
  return problem("recording_of_another", `the recording of ${id} belongs to ${value.scenario}`, {
    ...advice({ purpose: "Record it again", command: `playbill test --record --id ${inShell(id)}` }),
    place: place(["scenario"]),
  });
}
