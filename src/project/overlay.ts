import type { ProjectFiles } from "./files.ts";
import { posix } from "node:path";
import { compareText } from "../kit/json.ts";

/** The files of a project with these texts, by path from the root, added or replaced. Writes nothing. */
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

/** A text as it would be read after writing: UTF-8 cannot represent all texts, and a leading byte order mark is removed. */
function onceWritten(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

/** The direct entry of a folder that a path leads through: the file, or a subfolder. */
function entryIn(folder: string, path: string): { name: string; kind: "file" | "folder" } | null {
  const inside = posix.relative(folder, path);
  const [name = "", ...rest] = inside.split("/");
  if (name === ".." || name === "") return null;
  return { name, kind: rest.length === 0 ? "file" : "folder" };
}
