import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A place for a database file, gone when the test is over. */
export function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "playbill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "server.db");
}
