import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Tests write many small files and databases, and sync them to disk. Where Linux has enough memory for files, they are there.

const memory = "/dev/shm";
const enough = 2 * 1024 ** 3;

/** Before the tests: gives them one folder for all that is temporary, which is gone after them. */
export function setup(): () => void {
  const folder = (process.env["TMPDIR"] === undefined ? folderInMemory() : null) ?? folderIn(tmpdir());
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function folderIn(parent: string): string {
  for (const name of readdirSync(parent)) {
    const [, owner] = /^playbill-tests-(\d+)-/.exec(name) ?? [];
    // A run that was killed leaves its folder.
    if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(parent, `playbill-tests-${process.pid}-`));
  // Some tests start programs as somebody else.
  chmodSync(folder, 0o1777);
  return folder;
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** `null` where there is not enough, or where programs in it do not run. */
function folderInMemory(): string | null {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize < enough) return null;
    const folder = folderIn(memory);
    const program = join(folder, "program");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
    if (spawnSync(program).status === 0) return folder;
    rmSync(folder, { recursive: true });
    return null;
  } catch {
    return null;
  }
}
