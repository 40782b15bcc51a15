// @module-tag slow
import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { cache } from "../server/python/python.ts";
import { temporaryFolder } from "./run.ts";

const repository = join(import.meta.dirname, "../..");

async function inFolder(cwd: string, command: string, ...argv: string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: "", XDG_CACHE_HOME: dirname(cache) };
  const { stdout } = await promisify(execFile)(command, argv, { cwd, env });
  return stdout;
}

test("the published package, installed in an empty folder, takes a newcomer from init to test", async () => {
  await using folder = await temporaryFolder();
  const packed = await inFolder(repository, "npm", "pack", "--silent", "--pack-destination", folder.path);
  await folder.write("package.json", '{ "private": true }');
  const options = ["--silent", "--prefer-offline", "--no-audit", "--no-fund"];
  await inFolder(folder.path, "npm", "install", ...options, join(folder.path, packed.trim()));

  const playbillIn =
    (project: string) =>
    (...argv: string[]) =>
      inFolder(join(folder.path, project), join(folder.path, "node_modules/.bin/playbill"), ...argv);
  const playbill = playbillIn("demo");
  expect(await inFolder(folder.path, "npx", "--no", "playbill", "init", "demo")).toContain("playbill.yaml");
  expect(await playbill("validate")).toContain("demo is valid");
  expect(await playbill("plan")).toContain("1 to create");
  expect(await playbill("sync", "--yes")).toContain("1 created");
  expect(await playbill("test", "--deployed")).toContain("1 passed");
  expect(await playbill("plan", "--expect-no-changes")).toContain("1 unchanged");

  // What runs in threads of its own: modules of the project, Python, and what reads files for search.
  const turn = "user: Where?, script: [{ call: lookup_order, with: { id: A-1002 } }, { say: Here. }]";
  const expected = "expect: { tools: { calls: [{ lookup_order: { result: { status: delivered } } }] } }";
  await folder.write(
    "demo/scenarios/real.yaml",
    `assistant: support\ntools: { lookup_order: [{ handler: true }] }\nturns: [{ ${turn}, ${expected} }]\n`,
  );
  expect(await playbill("test", "--id", "real")).toContain("1 passed");
  await cp(join(repository, "test/cases/knowledge-in-tests/project"), join(folder.path, "desk"), { recursive: true });
  expect(await playbillIn("desk")("test", "--id", "leave", "--id", "sales")).toContain("2 passed");
});
