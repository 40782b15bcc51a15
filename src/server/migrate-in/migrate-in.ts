import { setImmediate } from "node:timers/promises";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import { type Services, seconds } from "../services.ts";
import { checkMembers, completeThreads, findContents, renewVectorStores } from "./complete.ts";
import { type OpenContent, compareWithStore } from "./compare.ts";
import type { ExportEntry } from "./entry.ts";
import type { MovableKind } from "./exported.ts";
import { moveIn } from "./move.ts";
import { type Found, stageFile } from "./read-export.ts";
import { type Staging, openStaging } from "./staging.ts";
import { type Remark, createTally } from "./tally.ts";

/** The folder of an export. */
export interface ExportFolder {
  /** In the order of the exported pages. */
  entries(): AsyncIterable<ExportEntry>;
  open: OpenContent;
}

/** The progress of an import. */
export type MoveProgress =
  | { kind: "reading"; files: number; objects: number }
  | { kind: "comparing"; done: number; total: number }
  | { kind: "storing"; done: number; total: number; bytes: number };

export interface MigrateInOptions {
  /** The number of files without bytes that the user allows; `null` for none. */
  allowMissing: number | null;
  /** True to store nothing. */
  isDry: boolean;
  onProgress: (progress: MoveProgress) => void;
  signal: AbortSignal;
}

/** Counts of one kind: objects that were stored (or would be, in a dry run), and those that were stored before. */
export interface MoveCount {
  kind: MovableKind;
  stored: number;
  there: number;
}

/** The result of an import. */
export interface MoveReport {
  counts: MoveCount[];
  /** Bytes of the new files. */
  bytes: number;
  /** What cannot be kept. */
  leftOut: Remark[];
  /** What is kept, but works differently. */
  notes: Remark[];
  warnings: Problem[];
}

/** The number of objects after which the event loop gets a turn, for example for Ctrl-C: queries of a file database are synchronous. */
const breath = 200;

/** In the order in which they are stored. */
const kinds: readonly MovableKind[] = [
  "file",
  "vector_store",
  "vector_store.file",
  "assistant",
  "thread",
  "thread.message",
];

/** What an import needs. */
export interface MoveServices extends Pick<Services, "clock" | "ids"> {
  /** Opens the store for some work: a new store is only created for a valid export. */
  withStore: <T>(work: (store: Services["store"]) => Promise<T>) => Promise<T>;
}

/**
 * Imports an export of an Assistants API into a store, including ids. Everything is read and checked before the store is opened: rejects with a
 * ProblemError for faults of the export, and for ids that have a different object in the store.
 */
export async function migrateIn(
  folder: ExportFolder,
  { withStore, clock, ids }: MoveServices,
  { allowMissing, isDry, onProgress, signal }: MigrateInOptions,
): Promise<MoveReport> {
  const staging = openStaging();
  try {
    const now = seconds(clock);
    const { found, warnings } = await readAll(staging, folder, { allowMissing, now, onProgress, signal });
    return await withStore(async (store) => {
      await compare(staging, folder, store, { onProgress, signal });
      const counts = kinds.map((kind): MoveCount => {
        const stored = staging.count(kind, { isNew: true });
        return { kind, stored, there: staging.count(kind) - stored };
      });
      let bytes = 0;
      for (const { value } of staging.each("file", { isNew: true })) bytes += value.bytes;
      const total = counts.reduce((sum, { stored }) => sum + stored, 0);
      if (!isDry) await storeAll(staging, folder, { store, clock, ids }, { total, onProgress, signal });
      return { counts, bytes, leftOut: found.leftOut.remarks(), notes: found.idle.remarks(), warnings };
    });
  } finally {
    staging.close();
  }
}

async function compare(
  staging: Staging,
  { open }: ExportFolder,
  store: Services["store"],
  { onProgress, signal }: Pick<MigrateInOptions, "onProgress" | "signal">,
): Promise<void> {
  const total = kinds.reduce((sum, kind) => sum + staging.count(kind), 0);
  let done = 0;
  const problems = await compareWithStore(staging, store, {
    open,
    async onStep() {
      done += 1;
      onProgress({ kind: "comparing", done, total });
      if (done % breath === 0) await setImmediate();
      signal.throwIfAborted();
    },
  });
  if (problems.length > 0) throw new ProblemError(problems);
}

async function storeAll(
  staging: Staging,
  { open }: ExportFolder,
  services: Pick<Services, "store" | "clock" | "ids">,
  { total, onProgress, signal }: Pick<MigrateInOptions, "onProgress" | "signal"> & { total: number },
): Promise<void> {
  let done = 0;
  let bytes = 0;
  await moveIn(services, staging, {
    open,
    signal,
    onStored({ objects, bytes: more }) {
      done += objects;
      bytes += more;
      onProgress({ kind: "storing", done, total, bytes });
    },
  });
}

async function readAll(
  staging: Staging,
  folder: ExportFolder,
  { allowMissing, now, onProgress, signal }: Omit<MigrateInOptions, "isDry"> & { now: number },
): Promise<{ found: Found; warnings: Problem[] }> {
  const found: Found = { leftOut: createTally(), idle: createTally(), cuts: [] };
  const problems: Problem[] = [];
  /** The problems of JSON files without API objects: they may be the content of an uploaded file. */
  const suspects = new Map<string, Problem[]>();
  let files = 0;
  let objects = 0;
  for await (const { path, name, size, isJson } of folder.entries()) {
    signal.throwIfAborted();
    const read = isJson
      ? await stageFile(staging, found, { name, path, chunks: folder.open(path) })
      : { objects: 0, problems: [] };
    files += 1;
    objects += read.objects;
    onProgress({ kind: "reading", files, objects });
    if (read.objects > 0) problems.push(...read.problems);
    else {
      if (isJson) suspects.set(path, read.problems);
      staging.addCandidate({ path, name: path.slice(path.lastIndexOf("/") + 1), size });
    }
  }
  staging.putInOrder();
  completeThreads(staging, found.idle);
  staging.putInOrder();
  staging.identifyCandidates();
  const contents = findContents(staging, found.leftOut, { allowed: allowMissing, now });
  for (const [path, each] of suspects) if (!staging.isUsed(path)) problems.push(...each);
  // Faults of objects come first: because of them, files may only seem to be missing.
  problems.push(...contents);
  if (objects === 0 && problems.length === 0)
    problems.push(
      problem("bad_export", "the folder has no object of an Assistants API", {
        hint: "An export is JSON as returned by the list calls of an Assistants API, with the bytes of files beside it.",
      }),
    );
  if (problems.length > 0) throw new ProblemError(problems);
  checkMembers(staging, found.leftOut);
  renewVectorStores(staging, found.idle, now);
  for (const { id, count } of staging.unknownNames())
    for (let index = 0; index < count; index += 1)
      found.leftOut.note(`${id.startsWith("vs_") ? "vector store" : "file"} that is named but missing`, id);
  for (const path of staging.unused())
    if (!suspects.has(path)) found.leftOut.note("file that belongs to no exported object", path);
  const warnings = found.cuts
    .filter(({ mark }) => !staging.hasMoreSince(mark))
    .map(({ file }) =>
      problem("incomplete_export", `"${file}" is not the complete list: it states that more pages follow`, {
        hint: "Export the other pages too (the `after` parameter), and put all files into one folder.",
      }),
    );
  return { found, warnings };
}
