import { sha256 } from "../../kit/hash.ts";
import { asObject, compareText, parseJson } from "../../kit/json.ts";
import { type OwnedFile, textAt } from "./owned.ts";

/** The path of the record from a project's root; it is committed. */
export const recordPath = ".playbill/init.json";

/** The hashes of Playbill's own files as they were written into a project, by path. They show which files were edited since. */
export type InitRecord = ReadonlyMap<string, string>;

/** The record of a project; empty for projects from before records existed. */
export async function readRecord(root: string): Promise<InitRecord> {
  const written = asObject(parseJson((await textAt(root, recordPath)) ?? "{}"));
  const files = written["format_version"] === 1 ? asObject(written["files"]) : {};
  return new Map(Object.entries(files).filter((each): each is [string, string] => typeof each[1] === "string"));
}

/** The record after these files were written. */
export function recordWith(before: InitRecord, written: readonly OwnedFile[]): OwnedFile {
  const files = new Map([...before, ...written.map(({ path, text }) => [path, sha256(text)] as const)]);
  const sorted = Object.fromEntries([...files].toSorted(([a], [b]) => compareText(a, b)));
  return { path: recordPath, text: `${JSON.stringify({ format_version: 1, files: sorted }, null, 2)}\n` };
}

/** True for an unchanged text. */
export function isAsWritten(record: InitRecord, path: string, text: string): boolean {
  return record.get(path) === sha256(text);
}
