import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

/** A project with the embedded target and these assistants. */
async function openProject(...names: string[]): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  for (const name of names) await folder.write(`assistants/${name}.yaml`, `model: gpt-4o\ndescription: ${name}\n`);
  return folder;
}

test.each(["tfplan", "plan.json", "assistant.support"])("a saved plan is known by its content: %s", async (name) => {
  await using folder = await openProject("support");
  expect((await run(folder.path, ["plan", "--out", name])).exitCode).toBe(0);
  expect(await run(folder.path, ["sync", name, "--yes"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("1 created") as string,
  });
});

test.each([
  ["a file that is no plan", "notes", "malformed_plan"],
  ["a file that is not there", "tfplan", "unreadable_plan"],
  ["one in a folder", "out/assistant.support", "unreadable_plan"],
  ["one with the ending of plans", "assistant.support.json", "unreadable_plan"],
  ["an address that nothing has", "assistant.supprt", "unknown_address"],
  ["a glob that fits nothing", "b*", "unknown_address"],
  ["a plan with an address", "plan assistant.support", "bad_flag"],
  ["an address with a plan", "assistant.support plan", "bad_flag"],
])("sync is told what is wrong with %s", async (_, names, code) => {
  await using folder = await openProject("support");
  await folder.write("notes", "{}");
  await run(folder.path, ["plan", "--out", "plan"]);
  const outcome = await run(folder.path, ["sync", ...names.split(" "), "--yes"]);
  expect(outcome).toMatchObject({ exitCode: 4, stderr: expect.stringContaining(`error[${code}]`) as string });
});

test("a saved plan goes to a file that is there whole or not, and to a device as it is", async () => {
  await using folder = await openProject("support");
  await folder.write("plan", "an older one");
  await run(folder.path, ["plan", "--out", "plan"]);
  expect(JSON.parse(await readFile(join(folder.path, "plan"), "utf8"))).toMatchObject({ format_version: 3 });
  expect((await readdir(folder.path)).filter((name) => name.startsWith("plan"))).toEqual(["plan"]);
  expect((await run(folder.path, ["plan", "--out", "/dev/null"])).exitCode).toBe(0);
  expect((await stat("/dev/null")).isFile()).toBe(false);
});

test("a plan that an earlier version saved is refused in clear words", async () => {
  await using folder = await openProject("support");
  await run(folder.path, ["plan", "--out", "plan"]);
  const text = await readFile(join(folder.path, "plan"), "utf8");
  await folder.write("plan", text.replace('"format_version": 3', '"format_version": 2'));
  const outcome = await run(folder.path, ["sync", "plan", "--yes"]);
  expect(outcome).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("earlier version of Playbill") as string,
  });
});

test("a target that was emptied is a refusal, and the printed flag makes everything again", async () => {
  await using folder = await openProject("support", "billing");
  await run(folder.path, ["sync", "--yes"]);
  for (const file of await readdir(join(folder.path, ".playbill")))
    if (file.startsWith("local.db")) await folder.write(`.playbill/${file}`, "");
  const refused = await run(folder.path, ["sync", "--yes"]);
  expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("--allow-missing 2") as string });
  expect((await run(folder.path, ["sync", "--yes", "--allow-missing", "2"])).exitCode).toBe(0);
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
});

test("protection ends in the lock and in the marker", async () => {
  await using folder = await openProject("support", "billing");
  await folder.write("assistants/support.yaml", "model: gpt-4o\nprotect: true\n");
  await run(folder.path, ["sync", "--yes"]);
  await folder.write("assistants/support.yaml", "model: gpt-4o\n");
  expect((await run(folder.path, ["state", "unprotect", "assistant.support"])).exitCode).toBe(0);
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
  expect((await run(folder.path, ["state", "list"])).stdout).not.toContain("protected");
});

test("no object exists twice: dedupe reports that", async () => {
  await using folder = await openProject("support");
  await run(folder.path, ["sync", "--yes"]);
  const outcome = await run(folder.path, ["state", "dedupe"]);
  expect(outcome).toMatchObject({ exitCode: 0, stdout: ".playbill/local.lock.json is unchanged.\n" });
});
