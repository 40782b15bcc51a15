import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isAlive, ownHolder, parseHolder } from "../../kit/holder.ts";
import { fail } from "../../problem.ts";

/**
 * Keeps other Playbill processes on this working copy from syncing the same target until it is disposed of. One that a
 * dead process left is taken over; `force` breaks any. Throws a ProblemError (`refused`) while somebody else has it.
 */
export async function acquireAdvisoryLock(root: string, target: string, force: boolean): Promise<AsyncDisposable> {
  const file = path.join(root, ".playbill", `${target}.busy`);
  const own = JSON.stringify(ownHolder());
  await mkdir(path.dirname(file), { recursive: true });
  if (!(await claim(file, own))) {
    const found = await readText(file);
    if (!force && found !== null && isHeld(found)) refuse(target, found);
    await breakLock(file, found);
    if (!(await claim(file, own))) refuse(target, (await readText(file)) ?? "");
  }
  return {
    async [Symbol.asyncDispose]() {
      if ((await readText(file)) === own) await rm(file, { force: true });
    },
  };
}

/** What a file system says that has no hard links. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** True when the file was not there and now is ours. It appears with its text: an empty one would look like that of a dead process. */
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

/** Moves the file aside before removing it, and puts it back when meanwhile it became somebody else's. */
async function breakLock(file: string, found: string | null): Promise<void> {
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

function refuse(target: string, found: string): never {
  const holder = parseHolder(found);
  const who = holder === null ? "another process" : `process ${holder.pid} on ${holder.host}`;
  return fail("target_busy", `${who} is syncing ${target} from this working copy`, {
    hint: "Wait for it to end. If it no longer runs: --force-unlock",
  });
}
