import { copyFile, link, open, rename, rm } from "node:fs/promises";

/** Error codes of file systems without hard links. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** Waits until a file is on the disk. */
export async function synced(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a complete file its name; `false` when that name is already taken. */
export async function named(unfinished: string, file: string): Promise<boolean> {
  try {
    await link(unfinished, file);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!withoutLinks.has(code)) throw error;
    // Reserve the name with an empty file, then replace it with the complete one.
    try {
      await (await open(file, "wx")).close();
    } catch (taken) {
      if ((taken as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw taken;
    }
    await rename(unfinished, file);
    return true;
  }
  await rm(unfinished);
  return true;
}

/** Keeps the content of a file under another name, so that the file can be replaced. */
export async function keptAs(file: string, kept: string): Promise<void> {
  try {
    await link(file, kept);
  } catch (error) {
    if (!withoutLinks.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await copyFile(file, kept);
    await synced(kept);
  }
}
