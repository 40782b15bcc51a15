import { open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { naming, writeWhole } from "../../kit/files.ts";
import { sha256 } from "../../kit/hash.ts";
import { asObject, parseJson } from "../../kit/json.ts";
import { ProblemError, fail } from "../../problem.ts";
import { type Lock, type LockChange, parseChange, parseLock, serializeLock, withChanges } from "./lock.ts";

/** The path of a target's lock, relative to the project's root: committed, or beside the embedded server's state. */
export function lockPath(target: string, embedded: boolean): string {
  return embedded ? `.playbill/${target}.lock.json` : `.playbill/locks/${target}.json`;
}

/** The file of changes since the lock was written, `.playbill/TARGET.log.jsonl`, which is not committed. */
function logPath(file: string): string {
  return `.playbill/${path.basename(file).replace(/(\.lock)?\.json$/, "")}.log.jsonl`;
}

/**
 * The lock in a file, with the changes of a sync that is running or was killed; `null` when the file does not exist. Throws a ProblemError for one that
 * cannot be used.
 */
export async function readLock(root: string, file: string): Promise<Lock | null> {
  const text = await readText(root, file);
  if (text === null) return null;
  const parsed = parseLock(text, file);
  if ("problems" in parsed) throw new ProblemError(parsed.problems);
  return withChanges(parsed.lock, changesIn((await readText(root, logPath(file))) ?? "", text));
}

async function readText(root: string, file: string): Promise<string | null> {
  try {
    return await readFile(path.join(root, file), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    return fail("unreadable_lock", `cannot read ${file}: ${(error as Error).message}`);
  }
}

const logFormat = 1;

/** The first line of a log: of which lock it has the changes. Any other lock, from Git for example, is newer than the log. */
function headerOf(lock: string): { format: number; lock: string } {
  return { format: logFormat, lock: sha256(lock.replaceAll("\r\n", "\n")) };
}

/** The changes in a log of this lock; none in a log of another one. A line that a killed process did not complete is left out. */
function changesIn(log: string, lock: string): LockChange[] {
  if (log === "") return [];
  const [first = "", ...lines] = log.split("\n").slice(0, -1);
  const { format, lock: hash } = asObject(parseJson(first));
  if (format !== logFormat || hash !== headerOf(lock).lock) return [];
  const changes = lines.map((line) => parseChange(parseJson(line)));
  const end = changes.indexOf(null);
  return changes.slice(0, end === -1 ? changes.length : end).filter((each) => each !== null);
}

/** Writes one lock file. Throws a ProblemError (`lock_not_saved`) when it cannot. */
export interface LockWriter {
  /** Replaces the lock atomically: after a crash it is the old one or the new one. */
  save(this: void, lock: Lock): Promise<void>;
  /** Appends changes since the last `save`, as quickly in a large lock as in a small one; `readLock` includes them. */
  append(this: void, changes: readonly LockChange[]): Promise<void>;
}

/** Creates the writer of a lock file. */
export function createLockWriter(root: string, file: string): LockWriter {
  const log = path.join(root, logPath(file));
  let saved = "";
  let isBegun = false;
  return {
    save: (lock) =>
      saving(file, async () => {
        saved = serializeLock(lock);
        await writeWhole(path.join(root, file), saved);
        await rm(log, { force: true });
        isBegun = false;
      }),
    append: (changes) =>
      saving(file, async () => {
        const lines = isBegun ? changes : [headerOf(saved), ...changes];
        await appendOnDisk(log, lines.map((line) => `${JSON.stringify(line)}\n`).join(""), isBegun ? "a" : "w");
        isBegun = true;
      }),
  };
}

/** Replaces the lock file atomically. */
export function writeLock(root: string, file: string, lock: Lock): Promise<void> {
  return createLockWriter(root, file).save(lock);
}

/** Includes the changes of a killed sync in the lock file itself. */
export async function settleLock(root: string, file: string): Promise<void> {
  if ((await readText(root, logPath(file))) === null) return;
  const lock = await readLock(root, file);
  if (lock !== null) await writeLock(root, file, lock);
}

async function appendOnDisk(file: string, text: string, flag: "a" | "w"): Promise<void> {
  const handle = await open(file, flag);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    throw naming(error, file);
  } finally {
    await handle.close();
  }
}

async function saving(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    fail("lock_not_saved", `cannot save ${file}: ${(error as Error).message}`, {
      hint: "Changes already made are kept. When the file can be written, sync again: Playbill finds its objects by their markers.",
    });
  }
}
