import { existsSync } from "node:fs";
import { createTimeOfDayClock } from "../../kit/clock.ts";
import { sizeText } from "../../kit/size.ts";
import { type MoveProgress, type MoveServices, migrateIn } from "../../server/migrate-in/migrate-in.ts";
import { UploadTaken } from "../../server/domain/files/uploads.ts";
import { randomIds } from "../../server/services.ts";
import { databaseAt } from "../../server/store/named.ts";
import { openStore } from "../../server/store/open.ts";
import { isPostgresUrl, nameOf, passwordOf } from "../../server/store/postgres/url.ts";
import { StoreUnavailable, defaultTenant } from "../../server/store/store.ts";
import { fail } from "../../problem.ts";
import { nameFault } from "../key/key-file.ts";
import { serveSettings } from "../serve/project.ts";
import { warn } from "../warn.ts";
import type { World } from "../world.ts";
import { openExportFolder } from "./export-folder.ts";
import { movedJson, nextStep, renderMoved } from "./report.ts";

interface Options {
  db?: string;
  project?: string;
  allowMissing?: number;
  dryRun?: true;
  json?: true;
}

/** `playbill migrate-in`: moves an export of an Assistants API into the database of `serve`, with its ids. */
export async function moveExportIn(world: World, named: string, options: Options): Promise<number> {
  const { project = defaultTenant, allowMissing = null, dryRun = false, json } = options;
  const db = options.db ?? (await serveSettings(world)).db ?? (world.env.PLAYBILL_DB || undefined);
  // Data moved into memory would be lost when the command ends.
  if (db === undefined || db === ":memory:")
    return fail("bad_flag", "no database is selected", {
      hint: "Add --db (or set PLAYBILL_DB, or serve.db in playbill.yaml), for example: playbill migrate-in export --db assistants.db",
    });
  const fault = nameFault(project);
  if (fault !== null)
    return fail("bad_flag", `--project cannot be "${project}"`, {
      hint: `A name has ${fault}, for example: --project desk`,
    });
  const password = passwordOf(db);
  if (password !== null) world.secrets.add(password);
  const database = databaseAt(world.cwd, db);
  const folder = await openExportFolder(world.cwd, named);
  const withStore: MoveServices["withStore"] = async (work) => {
    const opened = await openStore({ database: dryRun ? withoutMaking(database) : database });
    try {
      return await work(project === defaultTenant ? opened : opened.tenant(project));
    } finally {
      await opened.close();
    }
  };
  const progress = createProgress(world);
  const report = await migrateIn(
    folder,
    { withStore, clock: createTimeOfDayClock(), ids: randomIds },
    { allowMissing, isDry: dryRun, onProgress: progress.tell, signal: world.signal },
  )
    .catch(explained)
    .finally(progress.end);
  warn(world, report.warnings);
  const told = { database: isPostgresUrl(db) ? nameOf(db) : db, isDry: dryRun };
  const next = nextStep(`${world.command(world.cwd)} serve`, db, options.db !== undefined);
  world.stdout.write(json === true ? movedJson(report, told) : renderMoved(report, { ...told, next }));
  return 0;
}

/** The database for a dry run, which creates no file. */
function withoutMaking(database: string): string {
  return isPostgresUrl(database) || existsSync(database) ? database : ":memory:";
}

/** Throws a ProblemError for causes outside of Playbill: a full disk, or another process that moves the same export. */
function explained(error: unknown): never {
  if (error instanceof UploadTaken)
    return fail("id_taken", `${error.message} is being moved in by another process`, {
      hint: "Wait for it to end, then run the same command again: objects that are already stored are skipped.",
    });
  if (error instanceof StoreUnavailable)
    return fail("database_unusable", `cannot continue: ${error.message}`, {
      hint: "Everything stored so far is complete. Run the same command again once the database responds.",
    });
  if (!(error instanceof Error) || !("errcode" in error)) throw error;
  return fail("database_unusable", `cannot continue: ${error.message}`, {
    hint: "Everything stored so far is complete. Free space on the disks of the database and of temporary files (SQLITE_TMPDIR, otherwise TMPDIR), then run the same command again.",
  });
}

/** Objects between two progress lines without a terminal; on a terminal, milliseconds between two updates. */
const step = 100_000;
const pause = 100;

/** Shows progress: on a terminal in one line, elsewhere at intervals. */
function createProgress({ stderr, now }: World): { tell: (progress: MoveProgress) => void; end: () => void } {
  let told = 0;
  let drawn = 0;
  return {
    tell(progress) {
      if (stderr.isTTY) {
        if (now() - drawn < pause) return;
        drawn = now();
        return stderr.status(`  ${progressText(progress)}`);
      }
      const done = progress.kind === "reading" ? progress.objects : progress.done;
      if (done < told) told = 0;
      if (done - told < step) return;
      told = done;
      stderr.write(`  ${progressText(progress)}\n`);
    },
    end: () => stderr.status(""),
  };
}

function progressText(progress: MoveProgress): string {
  switch (progress.kind) {
    case "reading":
      return `read ${number(progress.objects)} objects in ${number(progress.files)} files`;
    case "comparing":
      return `compared ${number(progress.done)} of ${number(progress.total)} with existing objects`;
    case "storing":
      return `stored ${number(progress.done)} of ${number(progress.total)}, ${sizeText(progress.bytes)}`;
  }
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
