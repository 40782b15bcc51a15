import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createSystemClock } from "./clock.ts";
import { isAlive, ownHolder, parseHolder } from "./holder.ts";
import { sleep } from "./waiting.ts";

/** A file that one process holds at a time, until it is disposed. */
export type LockFile = { kind: "held"; lock: AsyncDisposable } | { kind: "taken"; by: string };

/**
 * Takes a lock file, or returns the text of its holder. One that a dead process left is taken over; `force` breaks any. Creates its folder. Throws the
 * system's error.
 */
export async function takeLockFile(file: string, { force }: { force: boolean }): Promise<LockFile> {
  const own = JSON.stringify({ ...ownHolder(), id: randomUUID() });
  await mkdir(dirname(file), { recursive: true });
  if (!(await claim(file, own))) {
    const found = await readText(file);
    if (!force && found !== null && isHeld(found)) return { kind: "taken", by: found };
    if (found !== null) await breakLock(file, found);
    if (!(await claim(file, own))) return { kind: "taken", by: (await readText(file)) ?? "" };
  }
  const lock = {
    async [Symbol.asyncDispose]() {
      if ((await readText(file)) === own) await rm(file, { force: true });
    },
  };
  return { kind: "held", lock };
}

/** Milliseconds between two attempts to take a lock file. */
const pause = 20;
/** Milliseconds after which the work is done anyway: the holder is on another machine, or is stuck. */
const patience = 10_000;

/** Does short work that only one process should do at a time. Throws what the work throws, and the system's error. */
export async function withLockFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  const clock = createSystemClock({ keepsAlive: true });
  const until = clock.now() + patience;
  let taken = await takeLockFile(file, { force: false });
  while (taken.kind === "taken") {
    await sleep(pause, clock);
    taken = await takeLockFile(file, { force: clock.now() >= until });
  }
  try {
    return await work();
  } finally {
    await taken.lock[Symbol.asyncDispose]();
  }
}

/** The error codes of file systems without hard links. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** Creates the file; true when it did not exist and is now ours. It appears with its text: an empty one would look like that of a dead process. */
async function claim(file: string, own: string): Promise<boolean> {
  const whole = `${file}.${randomUUID()}`;
  try {
    await writeFile(whole, own);
    await link(whole, file).catch((error: NodeJS.ErrnoException) => {
      if (!withoutLinks.has(error.code ?? "")) throw error;
      return writeFile(file, own, { flag: "wx" });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(whole, { force: true });
  }
}

/** Moves the file aside before removing it, and restores it if another process has taken it meanwhile. */
async function breakLock(file: string, found: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = await readText(aside);
  if (moved !== null && moved !== found) await claim(file, moved);
  await rm(aside, { force: true });
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function isHeld(text: string): boolean {
  const holder = parseHolder(text);
  return holder !== null && isAlive(holder);
}
