import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../cli/run.ts";

// The example of docs/server.md, over the project of the same page: its tests are tests of this file.
const page = readFileSync(join(import.meta.dirname, "../../docs/server.md"), "utf8");
const project = await temporaryFolder();
const files = [...page.matchAll(/```(?:yaml|ts)\n(?:#|\/\/) (\S+)\n([\s\S]*?)```/g)].map(
  ([, path = "", text = ""]) => [path, text] as const,
);
const example = files.find(([path]) => path === "test/visit.test.ts")?.[1] ?? "";
const copy = join(import.meta.dirname, ".from-docs");
afterAll(async () => {
  rmSync(copy, { recursive: true, force: true });
  await project[Symbol.asyncDispose]();
});

await project.write("playbill.yaml", "project: desk\n");
for (const [path, text] of files.filter(([name]) => name.endsWith(".yaml") && name !== "playbill.yaml"))
  await project.write(path, text);
mkdirSync(copy, { recursive: true });
writeFileSync(
  join(copy, "visit.ts"),
  example
    .replace('"playbill/server"', '"../../../src/api/server.ts"')
    .replace("createServer({", `createServer({ cwd: ${JSON.stringify(project.path)}, env: {},`),
);
await import(join(copy, "visit.ts"));

test("the page has an example", () => expect(example).toContain('from "playbill/server"'));
