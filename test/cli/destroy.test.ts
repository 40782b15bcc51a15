import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

async function synced(playbill = "project: desk\n") {
  const folder = await temporaryFolder();
  await folder.write("playbill.yaml", playbill);
  for (const name of ["billing", "support"]) await folder.write(`assistants/${name}.yaml`, "model: gpt-4o\n");
  await run(folder.path, ["sync", "--yes"]);
  return folder;
}

const answering = (answer: string) => ({ ask: async () => answer });

test.each(["desk", "local", " desk "])("%j is the name that is asked for", async (answer) => {
  await using folder = await synced();
  const { exitCode, stdout } = await run(folder.path, ["destroy"], answering(answer));
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("Done: 2 deleted.")]);
  expect((await run(folder.path, ["state", "list"])).stdout).toBe("");
  expect(await readdir(join(folder.path, ".playbill/snapshots"))).toHaveLength(2);
});

test.each(["yes", "", "other"])("after the answer %j nothing is deleted", async (answer) => {
  await using folder = await synced();
  expect(await run(folder.path, ["destroy"], answering(answer))).toMatchObject({ exitCode: 1 });
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
});

test.each([
  [["--yes"], "many_deletes"],
  [["--yes", "--allow-deletes", "1"], "many_deletes"],
  [[], "not_confirmed"],
])("without a terminal, destroy %j is refused, and the printed command does it", async (flags, code) => {
  await using folder = await synced();
  const { exitCode, stderr } = await run(folder.path, ["destroy", ...flags]);
  expect(stderr).toContain(`error[${code}]`);
  expect(exitCode).toBe(3);
  const [, printed = ""] = /playbill (destroy .*--allow-deletes.*)/.exec(stderr) ?? [];
  expect(printed).toBe("destroy --yes --allow-deletes 2 --target local");
  expect((await run(folder.path, printed.split(" "))).exitCode).toBe(0);
});

test("invalid files do not block it", async () => {
  await using folder = await synced();
  await folder.write("assistants/billing.yaml", "modle: [\n");
  expect((await run(folder.path, ["destroy", "--yes", "--allow-deletes", "2"])).exitCode).toBe(0);
});

test("plan --destroy shows it, and its saved plan can be synced with the exact number", async () => {
  await using folder = await synced();
  const planned = await run(folder.path, ["plan", "--destroy", "--out", "plan.json", "--detailed-exitcode"]);
  expect(planned).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("Plan: 2 to delete.") as string });
  expect(await run(folder.path, ["sync", "plan.json", "--yes"])).toMatchObject({ exitCode: 3 });
  const { exitCode, stdout } = await run(folder.path, ["sync", "plan.json", "--yes", "--allow-deletes", "2", "--json"]);
  expect([exitCode, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ failed: [], problems: [] })]);
  expect(await run(folder.path, ["destroy", "--yes"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("Nothing to do: nothing of desk is at local.") as string,
  });
});

test("plan --destroy accepts no addresses", async () => {
  await using folder = await synced();
  expect(await run(folder.path, ["plan", "--destroy", "assistant.support"])).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("error[bad_flag]") as string,
  });
});

test("a target that was never synced has nothing to delete", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  expect(await run(folder.path, ["destroy"], answering("no"))).toMatchObject({ exitCode: 0 });
});

test("an interrupt leaves the rest, and prints how to continue", async () => {
  await using folder = await synced();
  const stop = new AbortController();
  const ask = async () => (stop.abort(new Error("interrupted")), "desk");
  const { exitCode, stdout } = await run(folder.path, ["destroy"], { ask, signal: stop.signal });
  expect(exitCode).not.toBe(0);
  expect(stdout).toContain("To continue: playbill destroy --target local");
  expect((await run(folder.path, ["state", "list"])).stdout).toContain("assistant.support");
});
