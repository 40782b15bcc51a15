import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { fail } from "../../problem.ts";
import { formatVersion } from "../results/format-version.ts";
import type { ScenarioResult } from "../results/result.ts";
import { type RunHeader, type StoredHeader, headerLine, parseHeader, parseObject } from "./run-header.ts";
import { parseResult } from "./stored-result.ts";

/** Results on disk, a JSON line each, in the order they came. The first line says which run it is. */
export interface ResultsFile {
  path: string;
  header: StoredHeader;
  append(this: void, result: ScenarioResult): Promise<void>;
  /** The results of these scenarios, one after the other; those that are not there are left out. For as long as it is open. */
  read(this: void, ids: Iterable<string>): AsyncGenerator<ScenarioResult>;
  close(this: void): Promise<void>;
}

/** Where a line is, in bytes. */
interface Span {
  start: number;
  length: number;
}

/** Creates a file of results; throws when it is there already. Of each result it remembers only where it is. */
export async function createResultsFile(path: string, header: RunHeader): Promise<ResultsFile> {
  const file = await open(path, "wx+");
  const spans = new Map<string, Span>();
  let end = 0;
  const write = async (text: string): Promise<Span> => {
    const bytes = Buffer.from(text);
    const start = end;
    end += bytes.length;
    await writeAll(file, bytes, start);
    return { start, length: bytes.length };
  };
  await write(headerLine(header));
  return {
    path,
    header: { ...header, format_version: formatVersion },
    append: async (result) => void spans.set(result.id, await write(`${JSON.stringify(result)}\n`)),
    async *read(ids) {
      for (const id of ids) {
        const span = spans.get(id);
        if (span !== undefined) yield JSON.parse(await readSpan(file, span)) as ScenarioResult;
      }
    },
    close: () => file.close(),
  };
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

async function readSpan(file: FileHandle, { start, length }: Span): Promise<string> {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, start + read);
    if (bytesRead === 0) throw new Error("a results file became shorter while it was written");
    read += bytesRead;
  }
  return bytes.toString();
}

/** A run that was stored. */
export interface StoredRun {
  path: string;
  header: StoredHeader;
  /**
   * Its results, read one after the other. A scenario may be there twice; the later one counts. `onDamaged` gets the numbers of lines that
   * cannot be read, as the last one when the process was killed while it wrote; their scenarios count as not run.
   */
  results(this: void, onDamaged?: (line: number) => void): AsyncGenerator<ScenarioResult>;
}

/** Opens a file of results. Throws a ProblemError when it is none, or was written by a later version of Playbill. */
export async function openStoredRun(path: string): Promise<StoredRun> {
  const header = await readHeader(path);
  return { path, header, results: (onDamaged) => resultsIn(path, header, onDamaged ?? (() => {})) };
}

async function* resultsIn(
  path: string,
  { format_version: version }: StoredHeader,
  onDamaged: (line: number) => void,
): AsyncGenerator<ScenarioResult> {
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (number === 1) continue;
    const result = parseResult(parseObject(line), version);
    if (result === null) onDamaged(number);
    else yield result;
  }
}

async function readHeader(path: string): Promise<StoredHeader> {
  for await (const line of linesOf(path)) {
    const read = parseHeader(line);
    if (read.kind === "header") return read.header;
    if (read.kind === "damaged") break;
    return fail("newer_run", `${path} was written by a later version of Playbill`, {
      hint: "Use that version, or run the scenarios again.",
    });
  }
  return fail("damaged_run", `${path} is not a file of results`, {
    hint: "Its first line must be a header, as playbill test writes it.",
  });
}

const lineFeed = 0x0a;

/** The lines of a file, of which only the current one is in memory. JSON may hold U+2028, at which the line reader of Node would cut. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString();
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString();
}
