import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { shortHashOf } from "./hash.ts";
import { isAlive, ownHolder } from "./holder.ts";

/**
 * Writes a file whole or not at all: after a crash, a full disk or a killed process it is the old one or the new one. Makes its
 * folder. What is written is on the disk when the promise resolves. Throws the system's error.
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = unfinishedName(file);
  try {
    await writeOnDisk(unfinished, content);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw naming(error, file);
  }
}

/** What a file is called until it is whole: no other write of it, of whatever process, has the same name. */
export function unfinishedName(file: string): string {
  return `${file}.${machineName()}-${process.pid}-${randomUUID().slice(0, 8)}.new`;
}

/** Removes what processes of this machine left of a file that they were killed over; what another machine writes there is left alone. */
export async function removeUnfinished(file: string): Promise<void> {
  const names = await readdir(path.dirname(file)).catch(() => []);
  const start = `${path.basename(file)}.${machineName()}-`;
  for (const name of names.filter((each) => each.startsWith(start) && each.endsWith(".new"))) {
    const pid = Number.parseInt(name.slice(start.length), 10);
    const holder = { ...ownHolder(), pid, began: null };
    if (!isAlive(holder)) await rm(path.join(path.dirname(file), name), { force: true }).catch(() => {});
  }
}

/** This machine, or the container that the process is in. */
function machineName(): string {
  const { host, space } = ownHolder();
  return shortHashOf([host, space]).slice(0, 6);
}

/** The system's error, with the file that it is about: one of a write names none. */
export function naming(error: unknown, file: string): unknown {
  if (error instanceof Error && "syscall" in error && !("path" in error)) error.message += ` '${file}'`;
  return error;
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
  const names = new Map(changes.map(({ file }) => [file, unfinishedName(file)]));
  const unfinished = (file: string) => names.get(file) ?? unfinishedName(file);
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
