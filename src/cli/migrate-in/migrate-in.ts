import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createTimeOfDayClock } from "../../kit/clock.ts";
import { inShell } from "../../kit/shell.ts";
import { sizeText } from "../../kit/size.ts";
import { type MoveProgress, migrateIn } from "../../server/migrate-in/migrate-in.ts";
import { randomIds } from "../../server/services.ts";
import { openSqliteStore } from "../../server/store/sqlite/store.ts";
import type { Output } from "../output.ts";
import { warn } from "../warn.ts";
import type { World } from "../world.ts";
import { openExportFolder } from "./export-folder.ts";
import { movedJson, renderMoved } from "./report.ts";

interface Options {
  db: string;
  allowMissing?: number;
  dryRun?: true;
  json?: true;
}

/** `playbill migrate-in`: moves an export of an Assistants API into the database of `serve`, ids included. */
export async function moveExportIn(world: World, named: string, options: Options): Promise<number> {
  const { db, allowMissing = null, dryRun = false, json } = options;
  const folder = await openExportFolder(world.cwd, named);
  const path = resolve(world.cwd, db);
  // A dry run makes no database.
  const store = await openSqliteStore(dryRun && !existsSync(path) ? ":memory:" : path);
  try {
    const progress = createProgress(world.stderr);
    const report = await migrateIn(
      folder,
      { store, clock: createTimeOfDayClock(), ids: randomIds },
      { allowMissing, isDry: dryRun, onProgress: progress.tell, signal: world.signal },
    ).finally(progress.end);
    warn(world, report.warnings);
    const told = { database: db, isDry: dryRun };
    const serve = `${world.command(world.cwd)} serve --db ${inShell(db)}`;
    world.stdout.write(json === true ? movedJson(report, told) : renderMoved(report, { ...told, serve }));
    return 0;
  } finally {
    await store.close();
  }
}

/** Objects between two lines of progress where there is no terminal. */
const step = 100_000;

/** Tells how far it is: at a terminal on one line, elsewhere now and then. */
function createProgress(output: Output): { tell: (progress: MoveProgress) => void; end: () => void } {
  let told = 0;
  return {
    tell(progress) {
      if (output.isTTY) return output.status(`  ${progressText(progress)}`);
      const done = progress.kind === "reading" ? progress.objects : progress.done;
      if (done < told) told = 0;
      if (done - told < step) return;
      told = done;
      output.write(`  ${progressText(progress)}\n`);
    },
    end: () => output.status(""),
  };
}

function progressText(progress: MoveProgress): string {
  switch (progress.kind) {
    case "reading":
      return `read ${number(progress.objects)} objects in ${number(progress.files)} files`;
    case "comparing":
      return `compared ${number(progress.done)} of ${number(progress.total)} with what is there`;
    case "storing":
      return `stored ${number(progress.done)} of ${number(progress.total)}, ${sizeText(progress.bytes)}`;
  }
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
