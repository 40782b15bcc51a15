import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Tests write many small files and databases, and sync them to disk. Where Linux has enough memory for files, they are there.

const memory = "/dev/shm";
const enough = 2 * 1024 ** 3;

/** Before the tests: their temporary folders are made in memory, where that is large enough and lets programs run. */
export function setup(): (() => void) | undefined {
  if (process.env["TMPDIR"] !== undefined) return undefined;
  const folder = folderInMemory();
  if (folder === null) return undefined;
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function folderInMemory(): string | null {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize < enough) return null;
    const folder = mkdtempSync(join(memory, "playbill-tests-"));
    // Some tests start programs as somebody else.
    chmodSync(folder, 0o1777);
    const program = join(folder, "program");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
    if (spawnSync(program).status === 0) return folder;
    rmSync(folder, { recursive: true });
    return null;
  } catch {
    return null;
  }
}
