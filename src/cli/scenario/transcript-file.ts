import { jsonFaultOf } from "../../kit/json-fault.ts";
import { createReadStream } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { extname, join, relative, resolve, sep } from "node:path";
import { compareText } from "../../kit/json.ts";
import { linesIn } from "../../kit/lines.ts";
import { sizeText } from "../../kit/size.ts";
import { fail } from "../../problem.ts";

/** A document in a file, or why it cannot be read. `line` counts from 1; `null` when the document is the complete file. */
export type Document =
  | { kind: "value"; line: number | null; value: unknown }
  | { kind: "damaged"; line: number; column: number; why: string; text: string };

/** The size limit for files that are not JSONL, which are read into memory. */
const largestWhole = 256 * 1024 * 1024;
const lineExtensions = new Set([".jsonl", ".ndjson"]);
const extensions = new Set([...lineExtensions, ".json"]);

/** The files of paths from `cwd`: a folder means its JSON and JSONL files. Throws a ProblemError for a path without files. */
export async function transcriptFiles(cwd: string, paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const info = await stat(resolve(cwd, path)).catch(() => null);
      if (info === null) return fail("missing_file", `there is no file "${path}"`);
      return info.isDirectory() ? filesUnder(cwd, path) : [path];
    }),
  );
  return [...new Set(found.flat())];
}

async function filesUnder(cwd: string, folder: string): Promise<string[]> {
  const entries = await readdir(resolve(cwd, folder), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && extensions.has(extname(entry.name).toLowerCase()))
    .map((entry) => relative(cwd, join(entry.parentPath, entry.name)).split(sep).join("/"));
  if (files.length === 0) fail("missing_file", `there is no .json or .jsonl file in "${folder}"`);
  return files.toSorted(compareText);
}

/** The documents of a file: JSON, JSONL, or a recorded event stream of a server. Throws a ProblemError for a file that cannot be read. */
export async function* documentsIn(cwd: string, path: string): AsyncGenerator<Document> {
  const file = resolve(cwd, path);
  if (lineExtensions.has(extname(path).toLowerCase()) || (await beginsWithDocument(file))) {
    yield* documentsOfLines(file);
    return;
  }
  const { size } = await stat(file);
  if (size > largestWhole) {
    fail("file_too_large", `${path} has ${sizeText(size)}and is not JSONL`, {
      hint: `The limit for other files is ${sizeText(largestWhole)}: convert it to JSONL.`,
    });
  }
  const text = decode(await readFile(file));
  if (text?.trim() === "") return;
  const whole = text === null ? null : parse(text);
  if (whole?.kind === "value") yield { kind: "value", line: null, value: whole.value };
  else if (text === null) yield { kind: "damaged", line: 1, column: 1, why: "not UTF-8", text: "" };
  else if (hasDocuments(text)) yield* documentsOfLines(file);
  else if (whole !== null) yield { kind: "damaged", ...placeIn(text, whole.at), why: whole.why };
}

/** True for a text in which some line is a document: only the first one may be broken. */
function hasDocuments(text: string): boolean {
  return text.split("\n").some((line) => /^\s*[[{].*[\]}]\s*$/.test(line) && parse(line).kind === "value");
}

/** True for a file whose first line is a document followed by more, and for one that contains an event stream. */
async function beginsWithDocument(file: string): Promise<boolean> {
  let isDocument = false;
  for await (const bytes of linesIn(createReadStream(file))) {
    const text = decode(bytes)?.trim() ?? "";
    if (text === "") continue;
    if (isDocument || /^(?:data|event|id|:)[:\s]/.test(text)) return true;
    // The first line of multi-line JSON is usually a bracket.
    if (text.length < 2 || parse(text).kind === "damaged") return false;
    isDocument = true;
  }
  return false;
}

async function* documentsOfLines(file: string): AsyncGenerator<Document> {
  let line = 0;
  for await (const bytes of linesIn(createReadStream(file))) {
    line += 1;
    const written = decode(bytes);
    if (written === null) {
      yield { kind: "damaged", line, column: 1, why: "not UTF-8", text: "" };
      continue;
    }
    const text = written.replace(/^data:\s?/, "").trim();
    if (text === "" || text === "[DONE]" || /^(?:event|id|retry):|^:/.test(text)) continue;
    const parsed = parse(text);
    if (parsed.kind === "value") yield { kind: "value", line, value: parsed.value };
    else yield { kind: "damaged", line, column: written.indexOf(text) + parsed.at + 1, why: parsed.why, text: written };
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of bytes, without a byte order mark; `null` when they are not UTF-8. */
function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

type Parsed = { kind: "value"; value: unknown } | { kind: "damaged"; at: number; why: string };

function parse(text: string): Parsed {
  try {
    return { kind: "value", value: JSON.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { why, at } = jsonFaultOf(text, error);
    return { kind: "damaged", at, why: `not JSON: ${why}` };
  }
}

function placeIn(text: string, at: number): { line: number; column: number; text: string } {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", start);
  const line = text.slice(0, start).split("\n").length;
  return { line, column: at - start + 1, text: text.slice(start, end < 0 ? undefined : end) };
}
