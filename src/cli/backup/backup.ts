import { existsSync } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { removeUnfinished, unfinishedName } from "../../kit/files.ts";
import { sizeText } from "../../kit/size.ts";
import { fail } from "../../problem.ts";
import { copyDatabase } from "../../server/store/sqlite/copy.ts";
import type { World } from "../world.ts";
import { type DatabaseOptions, databaseFile, mustExist } from "./databases.ts";
import { named, synced } from "./files.ts";

/** `playbill backup FILE`: writes a snapshot of the database, also while it is in use. The file is complete or does not exist. */
export async function backUp(world: World, given: string, options: DatabaseOptions): Promise<number> {
  const database = await databaseFile(world, options);
  mustExist(database);
  const file = resolve(world.cwd, given);
  if (existsSync(file)) taken(given);
  await mkdir(dirname(file), { recursive: true });
  await removeUnfinished(file);
  const unfinished = unfinishedName(file);
  try {
    await copyDatabase(database.file, unfinished, (part) =>
      world.stderr.status(`${Math.floor(part * 100)} % of ${database.shown} copied`),
    );
    await synced(unfinished);
    const { size } = await stat(unfinished);
    if (!(await named(unfinished, file))) taken(given);
    world.stdout.write(`${database.shown} is backed up to ${given} (${sizeText(size)}, checked).\n`);
    return 0;
  } finally {
    world.stderr.status("");
    for (const rest of ["", "-journal", "-wal", "-shm"]) await rm(unfinished + rest, { force: true });
  }
}

function taken(given: string): never {
  return fail("backup_exists", `${given} already exists, and backups never overwrite a file`, {
    hint: "Use a new name for each backup, for example backup-$(date +%F).db.",
  });
}
