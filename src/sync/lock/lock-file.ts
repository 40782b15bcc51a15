import { readFile } from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { ProblemError, fail } from "../../problem.ts";
import { type Lock, parseLock, serializeLock } from "./lock.ts";

/** The path of a target's lock, relative to the project's root: committed, or beside the embedded server's state. */
export function lockPath(target: string, embedded: boolean): string {
  return embedded ? `.playbill/${target}.lock.json` : `.playbill/locks/${target}.json`;
}

/** The lock in a file; `null` when the file does not exist. Throws a ProblemError for one that cannot be used. */
export async function readLock(root: string, file: string): Promise<Lock | null> {
  let text: string;
  try {
    text = await readFile(path.join(root, file), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    return fail("unreadable_lock", `cannot read ${file}: ${(error as Error).message}`);
  }
  const parsed = parseLock(text, file);
  if ("problems" in parsed) throw new ProblemError(parsed.problems);
  return parsed.lock;
}

/** Replaces the lock file atomically: after a crash it is the old one or the new one. */
export async function writeLock(root: string, file: string, lock: Lock): Promise<void> {
  try {
    await writeWhole(path.join(root, file), serializeLock(lock));
  } catch (error) {
    fail("lock_not_saved", `cannot save ${file}: ${(error as Error).message}`, {
      hint: "Changes already made are kept. When the file can be written, sync again: Playbill finds its objects by their markers.",
    });
  }
}
