import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  globSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  realpathSync,
  statSync,
  type Dirent,
} from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { publishedFile } from "../kit/package-files.ts";
import { fail } from "../problem.ts";
import type { Schema } from "../schema/schema.ts";

/** The largest YAML, instruction or schema file that is read, in bytes. */
export const maxFileBytes = 1024 * 1024;

/** Why a path of the project cannot be used; the caller adds the place of the reference. */
export interface Refusal {
  kind: "refused";
  code: "missing_file" | "outside_project" | "not_a_file" | "file_too_large" | "not_utf8" | "unreadable_file";
  message: string;
  hint?: string;
}

/** A file of the project, by path from the root. */
export interface FoundFile {
  path: string;
  bytes: number;
}

/** An entry of a folder. A link to a file counts as a file; a link to a folder is not followed. */
export interface FolderEntry {
  name: string;
  kind: "file" | "folder" | "linked folder";
}

/** The files of one project. Paths are relative to the root, with `/`; nothing outside the root is ever read. */
export interface ProjectFiles {
  /** The folder of `playbill.yaml`, absolute. */
  root: string;
  /** The text of a file of at most `maxFileBytes`. */
  read(path: string): { kind: "text"; text: string } | Refusal;
  /** The size of a file, if it exists; does not read it. */
  find(path: string): { kind: "found"; bytes: number } | Refusal;
  /** Those of these paths and of their direct entries that are links out of the project. */
  linksOut(paths: readonly string[]): string[];
  /** The files that match a glob, sorted, with their sizes; and matching files that cannot be used. */
  match(pattern: string): { found: FoundFile[]; refused: Refusal[] };
  /** SHA-256 of a file's bytes, 64 hex characters, and their number. */
  digest(path: string): { kind: "digest"; sha256: string; bytes: number } | Refusal;
  /** The bytes of a file. Throws a ProblemError when it cannot be read. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /**
   * The entries of a folder, sorted by name; none when there is no such folder. Links to folders are not followed. Throws a ProblemError
   * when the folder cannot be read.
   */
  list(folder: string): FolderEntry[];
}

/** `paris` of `scenarios/paris.yaml`. */
export const stemOf = (path: string): string => posix.basename(path, ".yaml");

/** The nearest folder at or above `start` with a `playbill.yaml`; `null` when there is none. */
export function findProjectRoot(start: string): string | null {
  if (existsSync(join(start, "playbill.yaml"))) return start;
  const parent = dirname(start);
  return parent === start ? null : findProjectRoot(parent);
}

const shippedSchemas = new Map<string, Schema>();

/** The generated JSON Schema of a kind of file, as shipped for editors; read once. */
export function readSchema(name: string): Schema {
  const known = shippedSchemas.get(name);
  if (known !== undefined) return known;
  const schema = JSON.parse(readFileSync(publishedFile(`schemas/${name}.schema.json`), "utf8")) as Schema;
  shippedSchemas.set(name, schema);
  return schema;
}

/** Opens the project in `root`, an existing folder. Reads nothing yet. */
export function openProjectFiles(root: string): ProjectFiles {
  const realRoot = realpathSync.native(root);
  const locate = (path: string) => locateInside(realRoot, path);
  return {
    root: realRoot,
    find(path) {
      const located = locate(path);
      return located.kind === "refused" ? located : { kind: "found", bytes: located.size };
    },
    read(path) {
      const located = locate(path);
      if (located.kind === "refused") return located;
      if (located.size > maxFileBytes) return tooLarge(path, located.size);
      try {
        return decode(path, readFileSync(located.real));
      } catch (error) {
        return unreadable(path, error);
      }
    },
    linksOut: (paths) =>
      paths
        .flatMap((path) => [path, ...entriesOf(join(realRoot, path)).map((name) => posix.join(path, name))])
        .filter((path) => isLinkOut(realRoot, path)),
    match(pattern) {
      const paths = globSync(pattern, { cwd: realRoot }).map((path) => path.split(sep).join("/"));
      const located = paths.toSorted().map((path) => ({ path, located: locate(path) }));
      return {
        found: located.flatMap((each) =>
          each.located.kind === "found" ? [{ path: each.path, bytes: each.located.size }] : [],
        ),
        // Globs match folders too; skip them.
        refused: located.flatMap((each) =>
          each.located.kind === "refused" && each.located.code !== "not_a_file" ? [each.located] : [],
        ),
      };
    },
    digest(path) {
      const located = locate(path);
      if (located.kind === "refused") return located;
      try {
        return { kind: "digest", ...digestOf(located.real) };
      } catch (error) {
        return unreadable(path, error);
      }
    },
    async *stream(path) {
      const located = locate(path);
      if (located.kind === "refused") fail(located.code, located.message);
      else yield* createReadStream(located.real) as AsyncIterable<Uint8Array>;
    },
    list(folder) {
      try {
        return listFolder(join(realRoot, folder));
      } catch (error) {
        const { code, message } = unreadable(folder, error);
        return fail(code, message);
      }
    },
  };
}

type Located = { kind: "found"; real: string; size: number } | Refusal;

function locateInside(root: string, path: string): Located {
  if (leavesProject(path)) return outside(path);
  const absolute = join(root, path);
  try {
    const real = realpathSync.native(absolute);
    if (leavesProject(relative(root, real).split(sep).join("/"))) return outside(path);
    const stat = statSync(real);
    if (stat.isFile()) return { kind: "found", real, size: stat.size };
    return { kind: "refused", code: "not_a_file", message: `"${path}" is not a file` };
  } catch (error) {
    return unreadable(path, error);
  }
}

/** The hash of a file, read in chunks: a file may have half a gigabyte. */
function digestOf(file: string): { sha256: string; bytes: number } {
  const descriptor = openSync(file, "r");
  try {
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, fstatSync(descriptor).size)));
    let bytes = 0;
    for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece)) {
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
    return { sha256: hash.digest("hex"), bytes };
  } finally {
    closeSync(descriptor);
  }
}

const pieceBytes = 1024 * 1024;

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The first folder or file along a path of the project that is a link out of it; `null` when there is none. */
export function linkOutOnTheWay(root: string, path: string): string | null {
  const realRoot = realpathSync.native(root);
  const parts = path.split("/");
  const way = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  return way.find((each) => isLinkOut(realRoot, each)) ?? null;
}

/** True for a link out of the project, also a broken one: writing to it would write there. */
function isLinkOut(root: string, path: string): boolean {
  const absolute = join(root, path);
  if (!isLink(absolute)) return false;
  try {
    return leavesProject(relative(root, realpathSync.native(absolute)).split(sep).join("/"));
  } catch {
    return true;
  }
}

/** True for a link; false also when it cannot be checked, which reading or writing will report. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

/** True if a path relative to the root leads out of it, without following links. */
export function leavesProject(path: string): boolean {
  const normal = posix.normalize(path);
  return normal === ".." || normal.startsWith("../") || posix.isAbsolute(normal) || /^[A-Za-z]:/.test(normal);
}

function listFolder(folder: string): FolderEntry[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, kind: kindOfEntry(folder, entry) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOfEntry(folder: string, entry: Dirent): FolderEntry["kind"] {
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return "file";
  return statSync(join(folder, entry.name), { throwIfNoEntry: false })?.isDirectory() === true
    ? "linked folder"
    : "file";
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(path: string, bytes: Uint8Array): { kind: "text"; text: string } | Refusal {
  try {
    return { kind: "text", text: utf8.decode(bytes) };
  } catch {
    return { kind: "refused", code: "not_utf8", message: `"${path}" is not UTF-8 text`, hint: "Save it as UTF-8." };
  }
}

const outside = (path: string): Refusal => ({
  kind: "refused",
  code: "outside_project",
  message: `"${path}" is outside the project`,
  hint: "Only files under the folder of playbill.yaml can be used; links out of it are refused.",
});

const tooLarge = (path: string, size: number): Refusal => ({
  kind: "refused",
  code: "file_too_large",
  message: `"${path}" has ${size} bytes, more than the limit of ${maxFileBytes}`,
});

function unreadable(path: string, error: unknown): Refusal {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code === undefined) throw error;
  if (code === "ENOENT" || code === "ENOTDIR")
    return { kind: "refused", code: "missing_file", message: `there is no file "${path}"` };
  return { kind: "refused", code: "unreadable_file", message: `"${path}" cannot be read (${code})` };
}
