import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { shortHashOf } from "./hash.ts";
import { isAlive, ownHolder } from "./holder.ts";

/**
 * Writes a file atomically: after a crash, a full disk or a killed process it is the old one or the new one. Creates its
 * folder. The content is on disk when the promise resolves. Throws the system's error.
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

/** The temporary name of a file until it is complete, unique among all processes. */
export function unfinishedName(file: string): string {
  return `${file}.${machineName()}-${process.pid}-${randomUUID().slice(0, 8)}.new`;
}

/** Removes temporary files that killed processes of this machine left; those of other machines are left alone. */
export async function removeUnfinished(file: string): Promise<void> {
  const names = await readdir(path.dirname(file)).catch(() => []);
  const start = `${path.basename(file)}.${machineName()}-`;
  for (const name of names.filter((each) => each.startsWith(start) && each.endsWith(".new"))) {
    const pid = Number.parseInt(name.slice(start.length), 10);
    const holder = { ...ownHolder(), pid, began: null };
    if (!isAlive(holder)) await rm(path.join(path.dirname(file), name), { force: true }).catch(() => {});
  }
}

/** A short name of this machine, or of the container of the process. */
function machineName(): string {
  const { host, space } = ownHolder();
  return shortHashOf([host, space]).slice(0, 6);
}

/** Adds the file to the system's error, which a write error does not name. */
export function naming(error: unknown, file: string): unknown {
  if (error instanceof Error && "syscall" in error && !("path" in error)) error.message += ` '${file}'`;
  return error;
}

/** A file to write; `before` is its current content, `null` when it does not exist. */
export interface FileChange {
  /** Absolute. */
  file: string;
  text: string;
  before: string | null;
}

/**
 * Writes several files, all or none: all are complete on disk before the first is renamed, in the order of the list. When one
 * cannot be renamed, the earlier ones are restored. A process that is killed in between leaves the first files of the list in their new
 * state, and the others as they were. Throws the system's error.
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
