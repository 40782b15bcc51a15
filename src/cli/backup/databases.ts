import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readProject } from "../../api/load.ts";
import { ProblemError, fail } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import { writtenTarget } from "../../project/resolve-target.ts";
import { databaseAt } from "../../server/store/named.ts";
import { isPostgresUrl } from "../../server/store/postgres/url.ts";
import { serveSettings } from "../serve/settings.ts";
import type { World } from "../world.ts";

/** A database on this machine. */
export interface DatabaseFile {
  /** Absolute. */
  file: string;
  /** As it was named. */
  shown: string;
  /** The embedded target whose state it is, `null` for that of `serve`. */
  target: string | null;
}

export interface DatabaseOptions {
  db?: string;
  target?: string;
}

/**
 * The database that is meant: the named one, that of an embedded target, that of `serve` by playbill.yaml or PLAYBILL_DB, or that of the project's default target. Throws
 * a ProblemError when none is meant, and when PostgreSQL has it.
 */
export async function databaseFile(world: World, { db, target }: DatabaseOptions): Promise<DatabaseFile> {
  const served = async () => (await serveSettings(world)).db ?? (world.env.PLAYBILL_DB || undefined);
  const named = db ?? (target === undefined ? await served() : undefined);
  if (named !== undefined) {
    const database = databaseAt(world.cwd, named);
    if (isPostgresUrl(database))
      fail("backup_elsewhere", "the database is in PostgreSQL, which has its own tools for that", {
        hint: "Make a backup with pg_dump, and restore it with pg_restore; see docs/deploy.md.",
      });
    return { file: resolve(world.cwd, database), shown: named, target: null };
  }
  const root = findProjectRoot(world.cwd);
  if (root === null) return fail("bad_flag", "which database?", { hint: "Give --db FILE, as serve has it." });
  const { project, problems } = await readProject(world, { files: "none" });
  if (project === null) throw new ProblemError(problems);
  const found = writtenTarget(project, target);
  if (found.server !== "embedded")
    return fail("bad_flag", `the target ${found.name} has its state elsewhere, not in a database of this project`, {
      hint: "Give --db FILE, as serve has it, or --target with an embedded one.",
    });
  const shown = join(".playbill", `${found.name}.db`);
  return { file: join(root, shown), shown, target: found.name };
}

/** Throws a ProblemError (`missing_file`) when it is not there. */
export function mustExist({ file, shown }: DatabaseFile): void {
  if (!existsSync(file))
    fail("missing_file", `there is no database ${shown}`, {
      hint: "It is made by `playbill serve --db FILE`, or by the first sync to an embedded target.",
    });
}
