import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Writes a file whole or not at all: after a crash, a full disk or a killed process it is the old one or the new one. Makes its
 * folder. What is written is on the disk when the promise resolves. Throws the system's error.
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.new`;
  try {
    await writeOnDisk(unfinished, content);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw error;
  }
}

/** A file that is to be written; `before` is what is there now, `null` for nothing. */
export interface FileChange {
  /** Absolute. */
  file: string;
  text: string;
  before: string | null;
}

/**
 * Writes several files, all or none: every one is whole on the disk before the first gets its name, in the order of the list. When one
 * cannot get its name, those that did are put back. A process that is killed in between leaves the first ones of the list as they are to
 * be, and the others as they were. Throws the system's error.
 */
export async function writeTogether(changes: readonly FileChange[]): Promise<void> {
  const unfinished = (file: string) => `${file}.${process.pid}.new`;
  const done: FileChange[] = [];
  try {
    for (const { file, text } of changes) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeOnDisk(unfinished(file), text);
    }
    for (const change of changes) {
      await rename(unfinished(change.file), change.file);
      done.push(change);
    }
  } catch (error) {
    for (const { file } of changes) await rm(unfinished(file), { force: true }).catch(() => {});
    for (const { file, before } of done.toReversed()) {
      await (before === null ? rm(file, { force: true }) : writeWhole(file, before)).catch(() => {});
    }
    throw error;
  }
}

async function writeOnDisk(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, "w");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
