import { DatabaseSync } from "node:sqlite";
import { ProblemError, fail, problem } from "../../../problem.ts";
import { migrations } from "./schema.ts";
import { busyTimeout, whenFree } from "./turns.ts";

/**
 * Opens the server's database, a file or `:memory:`, with all tables created. Rejects with a ProblemError if the file cannot be used. Without
 * `keepsChanges`, all changes are undone when it is closed, and the writes of other connections wait until then.
 */
export async function openDatabase(path: string, keepsChanges = true): Promise<DatabaseSync> {
  const database = await unlessUnusable(path, () => new DatabaseSync(path, { timeout: 0 }));
  try {
    await unlessUnusable(path, async () => {
      // In SQLite 3.51, a transaction in memory that needs new pages takes time in proportion to all pages: with twice the size, there are half as many.
      if (path === ":memory:") database.exec("PRAGMA page_size = 8192");
      await whenFree(() => database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"), busyTimeout);
      await whenFree(() => database.exec("BEGIN IMMEDIATE"), busyTimeout);
      migrate(database, path);
      if (keepsChanges) database.exec("COMMIT");
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Writes the version even if there is nothing else to do: this detects a file that cannot be written. */
function migrate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version > migrations.length)
    fail("database_too_new", `${path} was written by a newer version of Playbill (table version ${version})`, {
      hint: "Update Playbill, or move the file away to start with an empty database.",
    });
  for (const statements of migrations.slice(version)) database.exec(statements);
  database.exec(`PRAGMA user_version = ${migrations.length}`);
}

/** What a user can do about a result code of SQLite: https://www.sqlite.org/rescode.html */
const hints: Record<number, string> = {
  5: "Another process has locked it: stop that process, or wait.",
  8: "Make the file and its folder writable.",
  10: "The disk cannot read or write it: check the disk.",
  11: "The file is damaged. Restore it, or move it away to start with an empty database.",
  13: "The disk is full.",
  14: "It must be a file in a folder that exists and is writable.",
  26: "Move it away to start with an empty database.",
};

/** Returns the result of `work`; rejects with a ProblemError that says what to do if the file at that path is at fault. */
export async function unlessUnusable<R>(path: string, work: () => R | Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") throw error;
    const found = problem("database_unusable", `cannot use ${path}: ${error.message}`, {
      hint: hints[error.errcode & 0xff],
    });
    throw new ProblemError([found], { cause: error });
  }
}
