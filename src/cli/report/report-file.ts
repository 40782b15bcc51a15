import { once } from "node:events";
import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { naming, removeUnfinished, unfinishedName } from "../../kit/files.ts";
import type { Secrets } from "../../kit/secrets.ts";
import type { Write } from "../../scenarios/reports/reporter.ts";

/** An open file for a report. */
export interface ReportFile {
  write: Write;
  /** Absent when commands are written like other text. */
  command?: Write;
  /** Resolves when more can be written. */
  drained(this: void): Promise<void>;
  /** Deletes the unfinished report; the previous file stays. */
  abandon(this: void): Promise<void>;
  /** Gives the file its final name; rejects with the system's error when something could not be written. */
  close(this: void): Promise<void>;
}

/**
 * Opens a file for a report and redacts secrets in it. The previous file stays until the report is complete: a killed process
 * leaves the old one. A pipe or a device is written to
 * immediately.
 */
export async function openReportFile(path: string, { redact }: Secrets, isGzipped: boolean): Promise<ReportFile> {
  await mkdir(dirname(path), { recursive: true });
  const place = await placeOf(path);
  await removeUnfinished(place.final);
  const file = (await open(place.unfinished, "w")).createWriteStream();
  const stream = isGzipped ? createGzip() : file;
  if (stream !== file) stream.pipe(file);
  // The error is reported when the file is closed.
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

/** The temporary and final paths of a report. A link stays a link. */
async function placeOf(path: string): Promise<{ unfinished: string; final: string }> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile()) return { unfinished: path, final: path };
  const final = found === null ? path : await realpath(path);
  return { unfinished: unfinishedName(final), final };
}
