import { execFileSync } from "node:child_process";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { asList, asObject, objectsOf } from "../../../src/kit/json.ts";
import { run } from "../run.ts";
import { type Kept, startKept } from "./kept-api.ts";

const base = "# Tone\nBe kind.\n\n# Facts\nAsk for the order number.\n\n# End\nSay goodbye.\n";
const ours = base.replace("Say goodbye.", "Say goodbye and thank you.");
const theirs = base.replace("Be kind.", "Be kind and brief.");
const both = ours.replace("Be kind.", "Be kind and brief.");

async function synced(): Promise<Kept> {
  const api = await startKept();
  await api.project.write("assistants/support.yaml", "model: gpt-4o\ninstructions: { file: support.md }\n");
  await api.project.write("assistants/support.md", base);
  const { exitCode, output } = await run(api.project.path, ["sync", "--yes"]);
  expect(exitCode, output).toBe(0);
  return api;
}

const edit = (api: Kept, instructions: string) => api.put("asst_made", { ...api.object("asst_made"), instructions });
const file = (api: Kept) => readFile(join(api.project.path, "assistants/support.md"), "utf8");
const merge = (api: Kept, ...more: string[]) =>
  run(api.project.path, ["pull", "--merge", "assistant.support", "--yes", ...more]);

async function changesOf(api: Kept): Promise<unknown[]> {
  const { stdout, output } = await run(api.project.path, ["plan", "--json"]);
  expect(stdout, output).not.toBe("");
  return objectsOf(asObject(JSON.parse(stdout)).resources).map(({ action, changes, drift }) =>
    [action].concat(
      objectsOf(changes).map(({ field }) => field),
      asList(drift).length,
    ),
  );
}

test("edits of different lines are merged into the file, and the next sync is an ordinary change", async () => {
  await using api = await synced();
  await api.project.write("assistants/support.md", ours);
  edit(api, theirs);
  expect((await run(api.project.path, ["plan"])).stderr).toContain(
    "playbill pull assistant.support --merge --target prod",
  );
  const { exitCode, output } = await merge(api);
  expect(exitCode, output).toBe(0);
  expect(await file(api)).toBe(both);
  expect(await changesOf(api)).toEqual([["update", "instructions", 0]]);
  expect((await run(api.project.path, ["sync", "--yes"])).exitCode).toBe(0);
  expect(api.object("asst_made").instructions).toBe(both);
  expect(await changesOf(api)).toEqual([["unchanged", 0]]);
});

test("a second edit after the first merge is merged too, on the base of what was merged", async () => {
  await using api = await synced();
  await api.project.write("assistants/support.md", ours);
  edit(api, theirs);
  await merge(api);
  edit(api, theirs.replace("order number", "order's number"));
  expect((await merge(api)).exitCode).toBe(0);
  expect(await file(api)).toBe(both.replace("order number", "order's number"));
});

test("where both touched the same lines, the file gets markers, and nothing is synced until they are gone", async () => {
  await using api = await synced();
  await api.project.write(
    "assistants/support.md",
    base.replace("Be kind.", "Be polite.").replace("Say goodbye.", "Wave."),
  );
  edit(api, theirs);
  const { exitCode, stderr } = await merge(api);
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringContaining(
      "error[conflict_markers]: both sides changed the same lines in 1 place\n  --> assistants/support.md:2:1",
    ),
  ]);
  expect(await file(api)).toBe(
    base
      .replace("Be kind.", "<<<<<<< the files\nBe polite.\n=======\nBe kind and brief.\n>>>>>>> edited at prod")
      .replace("Say goodbye.", "Wave."),
  );
  for (const command of [["validate"], ["plan"], ["sync", "--yes"]]) {
    const refused = await run(api.project.path, command);
    expect([refused.exitCode, refused.stderr]).toEqual([
      4,
      expect.stringContaining(
        "error[conflict_markers]: the instructions contain merge conflict markers\n  --> assistants/support.md:2:1",
      ),
    ]);
  }
  await api.project.write("assistants/support.md", both);
  expect(await changesOf(api)).toEqual([["update", "instructions", 0]]);
});

test("also when the conflict is decided for what was applied before", async () => {
  await using api = await synced();
  await api.project.write("assistants/support.md", base.replace("Be kind.", "Be polite."));
  edit(api, theirs);
  await merge(api);
  await api.project.write("assistants/support.md", base);
  expect(await changesOf(api)).toEqual([["update", "instructions", 0]]);
});

test("sync --merge does both in one command, plan --merge shows it and writes nothing", async () => {
  await using api = await synced();
  await api.project.write("assistants/support.md", ours);
  edit(api, theirs);
  const lock = await readFile(join(api.project.path, ".playbill/locks/prod.json"), "utf8");
  const planned = await run(api.project.path, ["plan", "--merge", "assistant.support"]);
  expect(planned.exitCode, planned.output).toBe(0);
  expect(planned.stdout).toContain("Plan: 1 to update.");
  expect(await file(api)).toBe(ours);
  expect(await readFile(join(api.project.path, ".playbill/locks/prod.json"), "utf8")).toBe(lock);
  const { exitCode, output } = await run(api.project.path, ["sync", "--merge", "assistant.support", "--yes"]);
  expect(exitCode, output).toBe(0);
  expect(await file(api)).toBe(both);
  expect(api.object("asst_made").instructions).toBe(both);
});

describe("the base", () => {
  const forgotten = async (api: Kept) => {
    await rm(join(api.project.path, ".playbill/applied"), { recursive: true });
    await rm(join(api.project.path, ".playbill/snapshots"), { recursive: true, force: true });
  };

  test("is found in the Git history of another clone", async () => {
    await using api = await synced();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: api.project.path });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "one");
    await api.project.write("assistants/support.md", ours);
    git("commit", "-qam", "two");
    await forgotten(api);
    edit(api, theirs);
    const { exitCode, output } = await merge(api);
    expect(exitCode, output).toBe(0);
    expect(output).toContain("merged from their base in commit ");
    expect(await file(api)).toBe(both);
  });

  test("that is nowhere is a refusal that states what works", async () => {
    await using api = await synced();
    await forgotten(api);
    await api.project.write("assistants/support.md", ours);
    edit(api, theirs);
    const { exitCode, stderr } = await merge(api);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining("error[no_base]: assistant.support: ")]);
    expect(await file(api)).toBe(ours);
  });

  test("is kept once for what the lock has, and not what holds a secret", async () => {
    await using api = await synced();
    for (const text of ["One.\n", "Two.\n", "Three.\n"]) {
      await api.project.write("assistants/support.md", text);
      await run(api.project.path, ["sync", "--yes"]);
    }
    const folder = join(api.project.path, ".playbill/applied/prod");
    const names = await readdir(folder);
    expect(names).toHaveLength(1);
    expect(await readFile(join(folder, names[0] ?? ""), "utf8")).toBe("Three.\n");
  });
});
