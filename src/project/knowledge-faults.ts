import { posix } from "node:path";
import type { Finding } from "./finding.ts";

/** Why a file cannot be uploaded, or not be searched; the caller knows where it is named. */
export type KnowledgeFault = Omit<Finding, "path">;

/** The API's largest file, in bytes. */
const mostBytes = 512 * 1024 * 1024;
/** The longest path that fits into an attribute of a file in a vector store, in characters. */
const longestPath = 512;

/**
 * What file search cannot read, by the ends of names: pictures, sound, archives, programs and tables of other programs. The API lists what it
 * reads (file search, "Supported files"); servers differ in what they read besides, so that only what none reads is refused.
 */
const unreadable = new Set(
  "7z avi bmp bz2 dll dmg exe gif gz heic ico iso jar jpeg jpg key mov mp3 mp4 numbers ogg png pyc rar so tar tgz tif tiff wav webm webp woff woff2 xls xlsx xz zip zst"
    .split(" ")
    .map((end) => `.${end}`),
);

/** What of the API's limits a file to upload does not keep. */
export function knowledgeFaults(path: string, bytes: number): KnowledgeFault[] {
  if (bytes === 0) {
    const hint = "The API takes no empty files. Write something into it, or leave it out.";
    return [{ code: "empty_knowledge", message: `"${path}" is empty`, hint }];
  }
  if (bytes > mostBytes) {
    const megabytes = Math.ceil(bytes / 1024 / 1024);
    const message = `"${path}" has ${megabytes} MB; the API takes files of at most 512 MB`;
    return [{ code: "file_too_large", message, hint: "Cut it into several files." }];
  }
  if (Array.from(path).length > longestPath) {
    const message = `the path "${path}" has more than ${longestPath} characters`;
    const hint = "It is kept with the file at the target; give its folders shorter names.";
    return [{ code: "too_long", message, hint }];
  }
  return [];
}

/** The same for a file that is to be searched. */
export function searchedFaults(path: string, bytes: number): KnowledgeFault[] {
  const end = posix.extname(path).toLowerCase();
  if (!unreadable.has(end)) return knowledgeFaults(path, bytes);
  const message = `"${path}" cannot be searched: file search reads no ${end} files`;
  const hint =
    "Leave it out of the vector store, for example by a glob such as **/*.md. Code may read it: code_interpreter: { files: [...] }.";
  return [{ code: "unsupported_file", message, hint }];
}
