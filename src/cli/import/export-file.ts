import { open, readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { asList, canonicalJson, compareText, isObject } from "../../kit/json.ts";
import { type Place, type Problem, ProblemError, fail, problem } from "../../problem.ts";
import { parseJsonText } from "../../project/json-text.ts";
import type { Live } from "../../resources/resource.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import type { VectorStoreSpec } from "../../resources/vector-store/spec.ts";
import { readExported } from "../../targets/exported.ts";

/** The largest export file that is read, in bytes: JavaScript cannot hold much larger texts. */
const largest = 256 * 1024 * 1024;

/** Places are not located in texts longer than this, in characters. */
const mostPlaced = 4_000_000;

/** The objects of an export without duplicates, in the order of its files. */
export interface Export {
  live: Live[];
  /** Remarks about the files of vector stores, by the id of the store. */
  missing: ReadonlyMap<string, string>;
  /** File names, by id. */
  labels: ReadonlyMap<string, string>;
  warnings: Problem[];
}

/**
 * Reads JSON in the format of the API's list calls: a file, or all `.json` and `.jsonl` files under a folder. Throws a ProblemError with
 * everything that is damaged or unknown.
 */
export async function readExport(cwd: string, named: string): Promise<Export> {
  const path = resolve(cwd, named);
  const found = await stat(path).catch(() => null);
  if (found === null) {
    return fail("missing_file", `there is no file or folder "${named}"`, {
      hint: "Name a JSON file or a folder of JSON files, for example: playbill import --from backup.json",
    });
  }
  const paths = found.isDirectory() ? await exportsUnder(path) : [path];
  if (paths.length === 0) {
    return fail("bad_export", `there is no .json or .jsonl file in "${named}"`, {
      hint: "An export is JSON in the format of an Assistants API's list calls.",
    });
  }
  const read: ExportPart[] = [];
  for (const each of paths) read.push(await readPart(each, relative(cwd, each).split(sep).join("/")));
  return combined(named, read);
}

async function exportsUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(json|jsonl|ndjson)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted(compareText);
}

/** An object of an export and its place. */
interface Item {
  value: unknown;
  /** `null` in a file that is too large to locate places in. */
  place: () => Place | null;
}

interface ExportPart {
  items: Item[];
  problems: Problem[];
}

async function readPart(path: string, name: string): Promise<ExportPart> {
  const text = await readText(path, name);
  if (typeof text !== "string") return { items: [], problems: [text] };
  const isLines = /\.(jsonl|ndjson)$/i.test(name) || isJsonOnFirstLine(text);
  return isLines ? linesOf(name, text) : partOf(name, text, 0);
}

async function readText(path: string, name: string): Promise<string | Problem> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) return problem("unreadable_file", `"${name}" cannot be read (${handle.code})`);
  try {
    const { size } = await handle.stat();
    if (size > largest) {
      const message = `"${name}" has ${size} bytes, more than the limit of ${largest}`;
      return problem("file_too_large", message, {
        hint: "Split the export: all files of a folder are read as one export.",
      });
    }
    const bytes = await handle.readFile();
    const archive = archiveOf(bytes);
    if (archive !== null) {
      return problem("bad_export", `"${name}" is ${archive}, not JSON`, { hint: "Unpack it and name the folder." });
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return problem("not_utf8", `"${name}" is not UTF-8 text`, { hint: "Save it as UTF-8." });
  } finally {
    await handle.close();
  }
}

/** The kind of archive, by the first bytes, whatever the file's name. */
function archiveOf(bytes: Uint8Array): string | null {
  const begin = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  if (begin.startsWith("504b0304")) return "a zip archive";
  if (begin.startsWith("1f8b")) return "a gzip archive";
  return begin.startsWith("28b52ffd") ? "a Zstandard archive" : null;
}

/** True for JSONL, whose first line is a complete object with more lines after it. */
function isJsonOnFirstLine(text: string): boolean {
  const end = text.indexOf("\n");
  const [first, rest] = [text.slice(0, end).trim(), text.slice(end)];
  if (end === -1 || !first.startsWith("{") || !first.endsWith("}") || rest.trim() === "") return false;
  return parseJsonText("", first).value !== undefined;
}

function linesOf(name: string, text: string): ExportPart {
  const parts = text.split(/\r?\n/).map((line, index) => (line.trim() === "" ? null : partOf(name, line, index)));
  const read = parts.filter((part) => part !== null);
  return { items: read.flatMap(({ items }) => items), problems: read.flatMap(({ problems }) => problems) };
}

/** The JSON text that begins at a line of a file, counted from 0. */
function partOf(name: string, text: string, line: number): ExportPart {
  const { value, problems, place } = parseJsonText(name, text);
  const moved = (each: Place): Place => ({ ...each, line: each.line + line });
  if (value === undefined) {
    const placed = problems.map((each) => Object.assign(each, each.place && { place: moved(each.place) }));
    return { items: [], problems: placed };
  }
  const items = flatten(value, []).map(({ value: each, path }): Item => ({
    value: each,
    place: () => (text.length > mostPlaced ? null : moved(place(path))),
  }));
  const cut = isCut(value) ? [incomplete(name)] : [];
  return { items, problems: cut };
}

type Step = string | number;

/** The objects inside lists, list objects and lists of those. */
function flatten(value: unknown, path: readonly Step[]): { value: unknown; path: readonly Step[] }[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown, index) => flatten(each, [...path, index]));
  if (isObject(value) && Array.isArray(value.data) && (value.object === undefined || value.object === "list")) {
    return flatten(value.data, [...path, "data"]);
  }
  return [{ value, path }];
}

/** True when a list ends with a page that announces more pages. */
function isCut(value: unknown): boolean {
  const last: unknown = Array.isArray(value) ? asList(value).at(-1) : value;
  return isObject(last) && Array.isArray(last.data) && last.has_more === true;
}

function incomplete(name: string): Problem {
  return problem("incomplete_export", `"${name}" is not the complete list: it states that more pages follow`, {
    hint: "Export the other pages too (parameter `after`), and put all files in one folder.",
  });
}

/** Reads the objects of all parts; parts may repeat an object. */
function combined(named: string, parts: readonly ExportPart[]): Export {
  const problems = parts.flatMap((part) => part.problems);
  const items = parts.flatMap((part) => part.items);
  const known = new Map<string, Live>();
  const labels = new Map<string, string>();
  const members = new Map<string, Set<string>>();
  const others = new Map<string, number>();
  for (const [index, { value, place }] of items.entries()) {
    const read = isObject(value) ? readExported(value, `number ${index + 1}`) : ({ kind: "damaged" } as const);
    switch (read.kind) {
      case "damaged":
        problems.push(damaged(index + 1, place()));
        break;
      case "file":
        labels.set(read.id, read.filename);
        break;
      case "member":
        members.set(read.storeId, (members.get(read.storeId) ?? new Set()).add(read.fileId));
        break;
      case "other":
        others.set(read.object, (others.get(read.object) ?? 0) + 1);
        break;
      case "object": {
        const { live } = read;
        const before = known.get(live.id);
        const isOther = before !== undefined && canonicalJson(before.wire) !== canonicalJson(live.wire);
        if (isOther) problems.push(different(live.id, place()));
        known.set(live.id, before ?? live);
      }
    }
  }
  if (problems.every(({ severity }) => severity === "warning") && known.size === 0) {
    const what = [...others].map(([object, count]) => `${count} of "${object}"`).join(", ");
    problems.push(
      problem("bad_export", `"${named}" has no assistants${what === "" ? "" : `, but ${what}`}`, {
        hint: "An export is JSON in the format of an Assistants API's list calls.",
      }),
    );
  }
  if (problems.some(({ severity }) => severity === "error")) throw new ProblemError(problems);
  const skipped = [...others].map(([object, count]) =>
    problem(
      "not_written",
      `"${named}" has ${count} of "${object}", a kind that files cannot declare; they are left out`,
    ),
  );
  const stores = [...known.values()].filter(({ kind }) => kind === vectorStoreKind.name);
  const rest = [...known.values()].filter((each) => !stores.includes(each));
  return {
    // Referenced objects come first.
    live: [...stores.map(withoutFiles), ...rest],
    missing: new Map(stores.flatMap((store) => missingFiles(store, members.get(store.id) ?? new Set(), labels))),
    labels,
    warnings: [...problems, ...skipped],
  };
}

/** A vector store without its files: an export has no file contents. */
function withoutFiles(store: Live): Live {
  const spec = { ...store.spec, files: { kind: "members", members: [] } };
  return { ...store, spec };
}

function missingFiles(
  { id, spec }: Live,
  members: ReadonlySet<string>,
  labels: ReadonlyMap<string, string>,
): [string, string][] {
  const names = [...members].map((file) => labels.get(file) || file);
  const { files } = spec as VectorStoreSpec;
  const count = Math.max(names.length, files.kind === "unknown" ? files.count : 0);
  if (count === 0) return [];
  const listed = names.length === 0 ? "" : `: ${names.join(", ")}`;
  return [[id, `an export does not contain the contents of its ${count === 1 ? "file" : `${count} files`}${listed}`]];
}

function damaged(number: number, place: Place | null): Problem {
  return problem(
    "bad_export",
    `object ${number} of the export is not an assistant in the format of an Assistants API`,
    {
      ...(place !== null && { place }),
      hint: 'It needs "object": "assistant", an "id" and a "model".',
    },
  );
}

function different(id: string, place: Place | null): Problem {
  return problem("bad_export", `${id} appears twice with different contents`, {
    ...(place !== null && { place }),
    hint: "Remove the version that you do not want.",
  });
}
