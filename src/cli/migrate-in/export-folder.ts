import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fail } from "../../problem.ts";
import { type ExportEntry, entryOf } from "../../server/migrate-in/entry.ts";
import type { ExportFolder } from "../../server/migrate-in/migrate-in.ts";

/** `page-2` before `page-10`. */
const inOrder = new Intl.Collator("en", { numeric: true });
/** The number of bytes per read. */
const chunkSize = 1024 * 1024;

/** The folder of an export, or a single file that contains it. Throws a ProblemError when it does not exist. */
export async function openExportFolder(cwd: string, named: string): Promise<ExportFolder> {
  const path = resolve(cwd, named);
  const found = await stat(path).catch(() => null);
  if (found === null)
    return fail("missing_file", `there is no file or folder "${named}"`, {
      hint: "Name the folder of the export, for example: playbill migrate-in export --db assistants.db",
    });
  const folder = found.isDirectory() ? path : dirname(path);
  const slashed = (from: string, file: string) => relative(from, file).split(sep).join("/");
  const read = async (file: string): Promise<ExportEntry> =>
    entryOf(slashed(folder, file), slashed(cwd, file), (await stat(file)).size);
  async function* under(directory: string): AsyncGenerator<ExportEntry> {
    const entries = await readdir(directory, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => inOrder.compare(a.name, b.name))) {
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) yield* under(join(directory, entry.name));
      else if (entry.isFile()) yield await read(join(directory, entry.name));
    }
  }
  async function* alone(): AsyncGenerator<ExportEntry> {
    yield await read(path);
  }
  return {
    entries: () => (found.isDirectory() ? under(folder) : alone()),
    open: (inside) => createReadStream(join(folder, inside), { highWaterMark: chunkSize }),
  };
}
