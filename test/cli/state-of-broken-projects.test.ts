import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

// Whoever repairs the state of a target may have a project that is broken, and often has.

async function synced(): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: shop\n");
  for (const name of ["sales", "support"])
    await project.write(`assistants/${name}.yaml`, `name: ${name}\nmodel: gpt-4o\n`);
  const { exitCode, output } = await run(project.path, ["sync", "--yes"]);
  expect(exitCode, output).toBe(0);
  return project;
}

const brokenFiles: [string, (project: TemporaryFolder) => Promise<void>][] = [
  ["an assistant that is no YAML", (project) => project.write("assistants/sales.yaml", "name: [\n")],
  ["an assistant with a wrong key", (project) => project.write("assistants/sales.yaml", "modle: gpt-4o\n")],
  ["no assistants", (project) => rm(join(project.path, "assistants"), { recursive: true })],
  ["a wrong key in playbill.yaml", (project) => project.write("playbill.yaml", "project: shop\ncolour: red\n")],
  [
    "a variable that is not set",
    (project) => project.write("playbill.yaml", "project: shop\nvars: { region: '${REGION}' }\n"),
  ],
];

const commands = [
  "state list",
  "state show assistant.sales",
  "state mv assistant.sales assistant.shop",
  "state unprotect assistant.shop",
  "state rebuild",
  "state dedupe",
  "state rm assistant.shop",
];

test.each(brokenFiles)("every state command works with %s", async (_, damage) => {
  await using project = await synced();
  await damage(project);
  for (const command of commands) {
    const { exitCode, output } = await run(project.path, command.split(" "));
    expect(exitCode, output).toBe(0);
  }
  const { stdout } = await run(project.path, ["state", "list", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ resources: [{ address: "assistant.support" }] });
});

test("an invalid file loses nothing that the lock has", async () => {
  await using project = await synced();
  const read = () => readFile(join(project.path, ".playbill/local.lock.json"), "utf8");
  const before = await read();
  await project.write("assistants/sales.yaml", "name: [\n");
  await run(project.path, ["state", "rebuild"]);
  expect(await read()).toBe(before);
});

test("what is wrong with playbill.yaml is a warning", async () => {
  await using project = await synced();
  await project.write("playbill.yaml", "project: shop\ncolour: red\n");
  expect((await run(project.path, ["state", "list"])).stderr).toContain("warning[unknown_key]");
});

test.each(["project: [\n", "colour: red\n", null])(
  "where playbill.yaml is %j, the lock names the target",
  async (text) => {
    await using project = await synced();
    if (text === null) await rm(join(project.path, "playbill.yaml"));
    else await project.write("playbill.yaml", text);
    const { exitCode, stdout } = await run(project.path, ["state", "list"]);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^assistant\.sales {2}asst_\w+\nassistant\.support /),
    ]);
    expect((await run(project.path, ["state", "rm", "assistant.sales", "--target", "local"])).exitCode).toBe(0);
    expect((await run(project.path, ["state", "list", "--target", "prod"])).exitCode).toBe(4);
  },
);

test("of several locks one has to be named where playbill.yaml is broken", async () => {
  await using project = await synced();
  await project.write(
    ".playbill/locks/prod.json",
    await readFile(join(project.path, ".playbill/local.lock.json"), "utf8"),
  );
  await project.write("playbill.yaml", "project: [\n");
  expect((await run(project.path, ["state", "list"])).exitCode).toBe(4);
  expect((await run(project.path, ["state", "list", "--target", "prod"])).exitCode).toBe(0);
});
