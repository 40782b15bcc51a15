import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { linesIn } from "../../kit/lines.ts";
import { fail } from "../../problem.ts";
import type { ScenarioResult } from "../results/result.ts";
import { type RunEnd, parseEnd } from "./run-end.ts";
import { type StoredHeader, parseHeader, parseObject } from "./run-header.ts";
import { parseResult } from "./stored-result.ts";

/** A stored run. */
export interface StoredRun {
  path: string;
  header: StoredHeader;
  /**
   * Its results, read one after another. A scenario may occur twice; the later result counts. `onDamaged` receives the numbers of unreadable
   * lines, such as the last one when the process was killed while writing; their scenarios count as not run. `onEnd` receives the last line if
   * the run ended.
   */
  results(
    this: void,
    onDamaged?: (line: number) => void,
    onEnd?: (end: RunEnd) => void,
  ): AsyncGenerator<ScenarioResult>;
  /** Its last line, without reading the others; `null` when the run did not end, or the file is compressed. */
  end(this: void): Promise<RunEnd | null>;
}

interface NamedFile {
  path: string;
  name: string;
}

/** Opens a results file or a blob, called `name` in problems. Throws a ProblemError when it is neither, or was written by a later version of Playbill. */
export async function openStoredRun(path: string, name = path): Promise<StoredRun> {
  const header = await readHeader(path, name);
  return {
    path,
    header,
    results: (onDamaged = () => {}, onEnd = () => {}) => resultsIn({ path, name }, header, onDamaged, onEnd),
    end: async () => parseEnd(parseObject(await lastLine(path))),
  };
}

async function* resultsIn(
  file: NamedFile,
  { format_version: version }: StoredHeader,
  onDamaged: (line: number) => void,
  onEnd: (end: RunEnd) => void,
): AsyncGenerator<ScenarioResult> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (number === 1) continue;
    const value = parseObject(line);
    const end = parseEnd(value);
    if (end !== null) {
      onEnd(end);
      continue;
    }
    const result = parseResult(value, version);
    if (result === null) onDamaged(number);
    else yield result;
  }
}

async function readHeader(path: string, name: string): Promise<StoredHeader> {
  for await (const line of linesOf({ path, name })) {
    const read = parseHeader(line);
    if (read.kind === "header") return read.header;
    if (read.kind === "damaged") break;
    return fail("newer_run", `${name} was written by a later version of Playbill`, {
      hint: "Use that version, or run the scenarios again.",
    });
  }
  return fail("damaged_run", `${name} is not a results file`, {
    hint: "Its first line must be the header that playbill test writes.",
  });
}

/** The lines of a file; only the current line is in memory. */
async function* linesOf(file: NamedFile): AsyncGenerator<string> {
  for await (const line of linesIn(bytesOf(file))) yield line.toString();
}

/** The bytes of a file, decompressed if it is gzipped. Throws a ProblemError when the compressed data is incomplete. */
async function* bytesOf({ path, name }: NamedFile): AsyncGenerator<Buffer> {
  const isPacked = await isGzipped(path);
  const stream = createReadStream(path);
  if (!isPacked) return yield* stream as AsyncIterable<Buffer>;
  const unpacked = createGunzip();
  stream.on("error", (error) => unpacked.destroy(error));
  stream.pipe(unpacked);
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))) throw error;
    fail("damaged_run", `${name} is truncated or damaged and cannot be decompressed`, {
      hint: "Download the file again, or rerun its scenarios.",
    });
  } finally {
    stream.destroy();
  }
}

/** The bytes that a gzip file begins with (RFC 1952). */
const gzipMagic = Buffer.from([0x1f, 0x8b]);

async function isGzipped(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.equals(gzipMagic);
  } finally {
    await file.close();
  }
}

/** The number of bytes read first; a last line that lists many scenarios is longer. */
const firstTail = 65_536;
/** The maximum length of a last line; a longer one is not read. */
const mostTail = 16_777_216;

/** The last line of an uncompressed file; an empty text when it is longer than `mostTail`. */
async function lastLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (let length = Math.min(firstTail, size); ; length = Math.min(length * 4, size)) {
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
      const start = buffer.lastIndexOf("\n", -2);
      if (start !== -1) return buffer.toString("utf8", start + 1);
      if (length === size || length > mostTail) return "";
    }
  } finally {
    await file.close();
  }
}
