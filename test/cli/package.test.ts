// @module-tag slow
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "./run.ts";

const repository = join(import.meta.dirname, "../..");

async function inFolder(cwd: string, command: string, ...argv: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, argv, { cwd, env: { ...process.env, NODE_OPTIONS: "" } });
  return stdout;
}

test(
  "the published package, installed in an empty folder, takes a newcomer from init to test",
  { timeout: 120_000 },
  async () => {
    await using folder = await temporaryFolder();
    const packed = await inFolder(repository, "npm", "pack", "--silent", "--pack-destination", folder.path);
    await folder.write("package.json", '{ "private": true }');
    await inFolder(
      folder.path,
      "npm",
      "install",
      "--silent",
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
      join(folder.path, packed.trim()),
    );

    const playbill = (...argv: string[]) =>
      inFolder(join(folder.path, "demo"), join(folder.path, "node_modules/.bin/playbill"), ...argv);
    expect(await inFolder(folder.path, "npx", "--no", "playbill", "init", "demo")).toContain("playbill.yaml");
    expect(await playbill("validate")).toContain("demo is valid");
    expect(await playbill("plan")).toContain("1 to create");
    expect(await playbill("sync", "--yes")).toContain("1 created");
    expect(await playbill("test", "--deployed")).toContain("1 passed");
    expect(await playbill("plan", "--expect-no-changes")).toContain("1 unchanged");
  },
);
