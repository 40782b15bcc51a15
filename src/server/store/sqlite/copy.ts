import { DatabaseSync, backup } from "node:sqlite";
import { fail } from "../../../problem.ts";
import { unlessUnusable } from "./database.ts";
import { migrations } from "./schema.ts";

/** How many pages are copied at once; in between, other connections get their turn, and `progress` is called. */
const pagesAtOnce = 2_000;

/**
 * Copies a database that may be in use to a file that does not exist yet, as it is at this moment: reading does not block writers. Rejects with a
 * ProblemError if it is not a Playbill database, or is damaged; the file may then exist, and is incomplete.
 */
export async function copyDatabase(from: string, to: string, progress: (part: number) => void): Promise<void> {
  const database = await open(from);
  try {
    checkKind(database, from);
    // The first read fixes the snapshot: without it, the copy would start again at every write.
    database.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    await unlessUnusable(from, () =>
      backup(database, to, {
        rate: pagesAtOnce,
        progress: ({ totalPages, remainingPages }) => progress(1 - remainingPages / Math.max(1, totalPages)),
      }),
    );
  } finally {
    database.close();
  }
  await unlessUnusable(to, () => {
    const copy = new DatabaseSync(to);
    try {
      // One file, which can be read from a read-only disk.
      copy.exec("PRAGMA journal_mode = DELETE");
      checkWhole(copy, to);
    } finally {
      copy.close();
    }
  });
}

/** Checks that a file is an intact database of this version of Playbill or an older one. Rejects with a ProblemError (`not_a_backup`, `damaged_backup`, `database_too_new`). */
export async function checkBackup(file: string): Promise<void> {
  const database = await open(file);
  try {
    checkKind(database, file);
    await unlessUnusable(file, () => checkWhole(database, file));
  } finally {
    database.close();
  }
}

/**
 * Runs `work` while no other connection has the database open; otherwise does nothing and returns `false`. During `work`, all data is in the one file.
 * A file that is no longer a database has no other connections.
 */
export async function whileUnused(file: string, work: () => Promise<void>): Promise<boolean> {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    try {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    } catch (error) {
      const { errcode } = error as { errcode?: unknown };
      if (typeof errcode !== "number") throw error;
      // Busy and locked; damaged and not a database: https://www.sqlite.org/rescode.html
      if ([5, 6].includes(errcode & 0xff)) return false;
      if (![11, 26].includes(errcode & 0xff)) throw error;
    }
    await work();
    return true;
  } finally {
    database.close();
  }
}

async function open(file: string): Promise<DatabaseSync> {
  return unlessUnusable(file, () => new DatabaseSync(file, { readOnly: true, timeout: 5_000 }));
}

function checkKind(database: DatabaseSync, file: string): void {
  let version: number;
  try {
    version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name IN ('documents', 'blobs')").all();
    if (version === 0 || tables.length < 2) notOurs(file);
  } catch (error) {
    const { errcode } = error as { errcode?: unknown };
    if (typeof errcode !== "number") throw error;
    if ((errcode & 0xff) === 26) notOurs(file);
    damaged(file, (error as Error).message);
  }
  if (version > migrations.length)
    fail("database_too_new", `${file} was written by a newer version of Playbill (table version ${version})`, {
      hint: "Update Playbill first.",
    });
}

function checkWhole(database: DatabaseSync, file: string): void {
  const said = database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
  if (said !== "ok") damaged(file, String(said));
}

function notOurs(file: string): never {
  return fail("not_a_backup", `${file} is not a database of Playbill`, {
    hint: "Use a file that `playbill backup` wrote, or the database of `serve --db`.",
  });
}

function damaged(file: string, why: string): never {
  return fail("damaged_backup", `${file} is damaged: ${why}`, { hint: "Use an earlier backup." });
}
