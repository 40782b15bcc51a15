import { readFile } from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { ProblemError, fail } from "../../problem.ts";
import { type Lock, parseLock, serializeLock } from "./lock.ts";

/** Where a target's lock is, from the project's root: committed, or beside the embedded server's state. */
export function lockPath(target: string, embedded: boolean): string {
  return embedded ? `.playbill/${target}.lock.json` : `.playbill/locks/${target}.json`;
}

/** The lock in a file, `null` when there is no such file. Throws a ProblemError for one that cannot be used. */
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

/** Replaces the lock file whole: after a crash it is the old one or the new one. */
export async function writeLock(root: string, file: string, lock: Lock): Promise<void> {
  try {
    await writeWhole(path.join(root, file), serializeLock(lock));
  } catch (error) {
    fail("lock_not_saved", `cannot save ${file}: ${(error as Error).message}`, {
      hint: "What was done stays done; once the file can be written, sync again: it finds its objects by their markers.",
    });
  }
}
