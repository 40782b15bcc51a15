import type { ProjectFiles } from "./files.ts";
import { posix } from "node:path";
import { compareText } from "../kit/json.ts";

/** The files of a project as they would be with these texts, by path from the root, added or put in place of others. Writes nothing. */
export function withTexts(files: ProjectFiles, texts: ReadonlyMap<string, string>): ProjectFiles {
  if (texts.size === 0) return files;
  return {
    ...files,
    read(path) {
      const text = texts.get(path);
      return text === undefined ? files.read(path) : { kind: "text", text: onceWritten(text) };
    },
    find(path) {
      const text = texts.get(path);
      return text === undefined ? files.find(path) : { kind: "found", bytes: Buffer.byteLength(text) };
    },
    list(folder) {
      const there = files.list(folder);
      const names = new Set(there.map(({ name }) => name));
      const added = [...texts.keys()].flatMap((path) => entryIn(folder, path) ?? []);
      const missing = new Map(added.filter(({ name }) => !names.has(name)).map((each) => [each.name, each]));
      return [...there, ...missing.values()].toSorted((a, b) => compareText(a.name, b.name));
    },
  };
}

/** A text as it is read when it was written: UTF-8 cannot hold all of them, and a byte order mark at the beginning is not part of one. */
function onceWritten(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

/** What of a path stands right in a folder: the file, or the folder that it lies under. */
function entryIn(folder: string, path: string): { name: string; kind: "file" | "folder" } | null {
  const inside = posix.relative(folder, path);
  const [name = "", ...rest] = inside.split("/");
  if (name === ".." || name === "") return null;
  return { name, kind: rest.length === 0 ? "file" : "folder" };
}
