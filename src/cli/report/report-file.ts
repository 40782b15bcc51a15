import { once } from "node:events";
import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { naming, removeUnfinished, unfinishedName } from "../../kit/files.ts";
import type { Secrets } from "../../kit/secrets.ts";
import type { Write } from "../../scenarios/reports/reporter.ts";

/** A file that a report is written to. */
export interface ReportFile {
  write: Write;
  /** Absent: commands are written as everything else. */
  command?: Write;
  /** Resolves when there is room for more. */
  drained(this: void): Promise<void>;
  /** Takes away what was written of it; what was there before stays. */
  abandon(this: void): Promise<void>;
  /** Gives it its name; rejects with the system's error when something could not be written. */
  close(this: void): Promise<void>;
}

/**
 * Opens a file for a report, without the secrets that are written to it. What was there stays until the report is whole: a process that is
 * killed leaves the old one. A pipe or a device is written to as
 * it comes.
 */
export async function openReportFile(path: string, { redact }: Secrets, isGzipped: boolean): Promise<ReportFile> {
  await mkdir(dirname(path), { recursive: true });
  const place = await placeOf(path);
  await removeUnfinished(place.final);
  const file = (await open(place.unfinished, "w")).createWriteStream();
  const stream = isGzipped ? createGzip() : file;
  if (stream !== file) stream.pipe(file);
  // It is found out when the file is closed.
  for (const each of [stream, file]) each.on("error", () => {});
  const abandon = async () => {
    file.destroy();
    if (place.unfinished !== place.final) await rm(place.unfinished, { force: true }).catch(() => {});
  };
  return {
    abandon,
    write: (text) => void stream.write(redact(text)),
    drained: async () => {
      if (stream.writableNeedDrain) await once(stream, "drain").catch(() => {});
    },
    async close() {
      stream.end();
      if (place.unfinished === place.final) {
        return finished(file).catch((error: unknown) => {
          throw naming(error, path);
        });
      }
      try {
        await finished(file);
        await rename(place.unfinished, place.final);
      } catch (error) {
        await abandon();
        throw naming(error, path);
      }
    },
  };
}

/** Where a report is written, and what it is called in the end. A link stays one. */
async function placeOf(path: string): Promise<{ unfinished: string; final: string }> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile()) return { unfinished: path, final: path };
  const final = found === null ? path : await realpath(path);
  return { unfinished: unfinishedName(final), final };
}
