import { type FileHandle, open } from "node:fs/promises";
import { formatVersion } from "../results/format-version.ts";
import type { ScenarioResult } from "../results/result.ts";
import { type RunEnd, endLine } from "./run-end.ts";
import { type RunHeader, type StoredHeader, headerLine } from "./run-header.ts";

/** Results on disk, one JSON line each, in the order of arrival. The first line identifies the run. */
export interface ResultsFile {
  path: string;
  header: StoredHeader;
  append(this: void, result: ScenarioResult): Promise<void>;
  /** The results of these scenarios, one after another; missing ones are omitted. Works only while the file is open. */
  read(this: void, ids: Iterable<string>): AsyncGenerator<ScenarioResult>;
  /** Writes the end of the run. */
  end(this: void, end: RunEnd): Promise<void>;
  close(this: void): Promise<void>;
}

/** The position of a line, in bytes. */
interface Span {
  start: number;
  length: number;
}

/** Creates a results file; throws when it already exists. It keeps only the position of each result in memory. */
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
    end: async (end) => void (await write(endLine(end))),
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
