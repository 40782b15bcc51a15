import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readProject } from "../../api/load.ts";
import { ProblemError, fail } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import { writtenTarget } from "../../project/resolve-target.ts";
import { databaseAt } from "../../server/store/named.ts";
import { isPostgresUrl } from "../../server/store/postgres/url.ts";
import { serveSettings } from "../serve/project.ts";
import type { World } from "../world.ts";

/** A database on this machine. */
export interface DatabaseFile {
  /** Absolute. */
  file: string;
  /** As the user named it. */
  shown: string;
  /** The embedded target whose state it holds; `null` for a database of `serve`. */
  target: string | null;
}

export interface DatabaseOptions {
  db?: string;
  target?: string;
}

/**
 * The selected database: the named one, that of an embedded target, that of `serve` by playbill.yaml or PLAYBILL_DB, or that of the project's default target. Throws
 * a ProblemError when none is selected, and when it is in PostgreSQL.
 */
export async function databaseFile(world: World, { db, target }: DatabaseOptions): Promise<DatabaseFile> {
  const served = async () => (await serveSettings(world)).db ?? (world.env.PLAYBILL_DB || undefined);
  const named = db ?? (target === undefined ? await served() : undefined);
  if (named !== undefined) {
    const database = databaseAt(world.cwd, named);
    if (isPostgresUrl(database))
      fail("backup_elsewhere", "the database is in PostgreSQL, which has its own backup tools", {
        hint: "Back it up with pg_dump and restore it with pg_restore; see docs/deploy.md.",
      });
    return { file: resolve(world.cwd, database), shown: named, target: null };
  }
  const root = findProjectRoot(world.cwd);
  if (root === null)
    return fail("bad_flag", "no database is selected", { hint: "Add --db FILE, with the file that serve uses." });
  const { project, problems } = await readProject(world, { files: "none" });
  if (project === null) throw new ProblemError(problems);
  const found = writtenTarget(project, target);
  if (found.server !== "embedded")
    return fail("bad_flag", `the target ${found.name} does not keep its state in a database of this project`, {
      hint: "Add --db FILE, with the file that serve uses, or --target with an embedded target.",
    });
  const shown = join(".playbill", `${found.name}.db`);
  return { file: join(root, shown), shown, target: found.name };
}

/** Throws a ProblemError (`missing_file`) when it does not exist. */
export function mustExist({ file, shown }: DatabaseFile): void {
  if (!existsSync(file))
    fail("missing_file", `there is no database ${shown}`, {
      hint: "`playbill serve --db FILE` creates it, or the first sync to an embedded target.",
    });
}
