import { posix } from "node:path";
import type { Finding } from "./finding.ts";

/** Why a file cannot be uploaded or searched; the caller adds the place of the reference. */
export type KnowledgeFault = Omit<Finding, "path">;

/** The API's largest file, in bytes. */
const mostBytes = 512 * 1024 * 1024;
/** The longest path that fits into an attribute of a file in a vector store, in characters. */
const longestPath = 512;

/**
 * File name extensions that file search cannot read: images, audio, archives, programs and spreadsheets. The API lists what it
 * reads (file search, "Supported files"); some servers read more, so only types that none reads are refused.
 */
const unreadable = new Set(
  "7z avi bmp bz2 dll dmg exe gif gz heic ico iso jar jpeg jpg key mov mp3 mp4 numbers ogg png pyc rar so tar tgz tif tiff wav webm webp woff woff2 xls xlsx xz zip zst"
    .split(" ")
    .map((end) => `.${end}`),
);

/** The API's limits that a file to upload violates. */
export function knowledgeFaults(path: string, bytes: number): KnowledgeFault[] {
  if (bytes === 0) {
    const hint = "The API does not accept empty files. Add content, or remove the file.";
    return [{ code: "empty_knowledge", message: `"${path}" is empty`, hint }];
  }
  if (bytes > mostBytes) {
    const megabytes = Math.ceil(bytes / 1024 / 1024);
    const message = `"${path}" has ${megabytes} MB; the API accepts files of up to 512 MB`;
    return [{ code: "file_too_large", message, hint: "Split it into several files." }];
  }
  if (Array.from(path).length > longestPath) {
    const message = `the path "${path}" has more than ${longestPath} characters`;
    const hint = "The path is stored with the file at the target. Use shorter folder names.";
    return [{ code: "too_long", message, hint }];
  }
  return [];
}

/** The same for a file used in file search. */
export function searchedFaults(path: string, bytes: number): KnowledgeFault[] {
  const end = posix.extname(path).toLowerCase();
  if (!unreadable.has(end)) return knowledgeFaults(path, bytes);
  const message = `"${path}" cannot be searched: file search does not support ${end} files`;
  const hint =
    "Remove it from the vector store, for example with a glob such as **/*.md. Code can read it: code_interpreter: { files: [...] }.";
  return [{ code: "unsupported_file", message, hint }];
}
