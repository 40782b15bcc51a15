import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { linesIn } from "../../kit/lines.ts";
import { fail } from "../../problem.ts";
import type { ScenarioResult } from "../results/result.ts";
import { type RunEnd, parseEnd } from "./run-end.ts";
import { type StoredHeader, parseHeader, parseObject } from "./run-header.ts";
import { parseResult } from "./stored-result.ts";

/** A run that was stored. */
export interface StoredRun {
  path: string;
  header: StoredHeader;
  /**
   * Its results, read one after the other. A scenario may be there twice; the later one counts. `onDamaged` gets the numbers of lines that
   * cannot be read, as the last one when the process was killed while it wrote; their scenarios count as not run. `onEnd` gets what the last
   * line says, when the run came to its end.
   */
  results(
    this: void,
    onDamaged?: (line: number) => void,
    onEnd?: (end: RunEnd) => void,
  ): AsyncGenerator<ScenarioResult>;
  /** What its last line says, without reading the others; `null` when it did not come to its end, or is packed. */
  end(this: void): Promise<RunEnd | null>;
}

interface NamedFile {
  path: string;
  name: string;
}

/** Opens a file of results, or a blob; problems call it `name`. Throws a ProblemError when it is none, or was written by a later version of Playbill. */
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
  return fail("damaged_run", `${name} is not a file of results`, {
    hint: "Its first line must be a header, as playbill test writes it.",
  });
}

/** The lines of a file, of which only the current one is in memory. */
async function* linesOf(file: NamedFile): AsyncGenerator<string> {
  for await (const line of linesIn(bytesOf(file))) yield line.toString();
}

/** The bytes of a file, unpacked when it is gzipped. Throws a ProblemError when what is packed is not whole. */
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
    fail("damaged_run", `${name} was cut off or changed: it cannot be unpacked`, {
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

/** Bytes that are read first; a last line that lists many scenarios is longer. */
const firstTail = 65_536;
/** Of a longer last line, nothing is read. */
const mostTail = 16_777_216;

/** The last line of a file that is not packed; an empty text when there is none before `mostTail`. */
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
