import { existsSync } from "node:fs";
import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { removeUnfinished, unfinishedName } from "../../kit/files.ts";
import { fail } from "../../problem.ts";
import { checkBackup, whileUnused } from "../../server/store/sqlite/copy.ts";
import type { World } from "../world.ts";
import { type DatabaseFile, type DatabaseOptions, databaseFile } from "./databases.ts";
import { keptAs, named, synced } from "./files.ts";

/** True for a file that begins with the header of SQLite databases: https://www.sqlite.org/fileformat.html#the_database_header */
export async function isDatabase(file: string): Promise<boolean> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    return bytesRead === 16 && buffer.toString("latin1") === "SQLite format 3\0";
  } finally {
    await handle.close();
  }
}

/**
 * `playbill restore BACKUP`: restores a database from a backup. The current one is kept under another name; a database in use is left alone.
 * If the process is killed, the database is either the old one or the new one.
 */
export async function restoreDatabase(
  world: World,
  given: string,
  options: DatabaseOptions & { yes?: true },
): Promise<number> {
  const database = await databaseFile(world, options);
  const backup = resolve(world.cwd, given);
  if (backup === database.file) fail("bad_flag", "the backup and the database are the same file");
  if (!existsSync(backup)) fail("missing_file", `there is no backup at ${given}`);
  await checkBackup(backup);
  const isThere = existsSync(database.file);
  if (isThere && options.yes !== true && !(await confirmed(world, given, database))) return 1;
  await mkdir(dirname(database.file), { recursive: true });
  await removeUnfinished(database.file);
  const unfinished = unfinishedName(database.file);
  const kept = `${database.file}.before-${new Date(world.now()).toISOString().replaceAll(/[:.]/g, "-")}`;
  try {
    await copyFile(backup, unfinished);
    await synced(unfinished);
    if (isThere) {
      const replace = async (): Promise<void> => {
        await keptAs(database.file, kept);
        await setAside(database.file, kept);
        await rename(unfinished, database.file);
      };
      if (!(await whileUnused(database.file, replace))) inUse(database);
    } else {
      await setAside(database.file, kept);
      if (!(await named(unfinished, database.file))) inUse(database);
    }
  } finally {
    await rm(unfinished, { force: true });
  }
  world.stdout.write(`${database.shown} is restored from ${given}.\n`);
  if (isThere) world.stderr.write(`The previous database is in ${kept}.\n`);
  if (database.target !== null)
    world.stderr.write(
      `The lock still describes the previous database. Next: ${world.command(world.cwd)} state rebuild --target ${database.target}\n`,
    );
  return 0;
}

/** SQLite would read the side files of a missing or damaged database as part of the next one. */
async function setAside(file: string, kept: string): Promise<void> {
  for (const rest of ["-wal", "-shm", "-journal"]) if (existsSync(file + rest)) await rename(file + rest, kept + rest);
}

async function confirmed(world: World, given: string, { shown }: DatabaseFile): Promise<boolean> {
  if (world.ask === null)
    return fail("not_confirmed", `restore would replace ${shown}, but there is no terminal to confirm it`, {
      hint: "Add --yes. The current database is kept under another name.",
    });
  const answer = await world.ask(
    `Replace ${shown} with ${given}? The current database is kept under another name. Only "yes" is accepted: `,
  );
  if (answer?.trim() === "yes") return true;
  world.stderr.write("Nothing was changed.\n");
  return false;
}

function inUse({ shown }: DatabaseFile): never {
  return fail("database_in_use", `${shown} is in use`, {
    hint: "Stop the server or command that uses it, then try again.",
  });
}
