import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

const write = (folder: TemporaryFolder, text: string) => folder.write("assistants/support.yaml", text);
const snapshotsOf = async (folder: TemporaryFolder) =>
  (await readdir(join(folder.path, ".playbill/snapshots"))).toSorted().map((name) => name.replace(".json", ""));
const live = async (folder: TemporaryFolder) =>
  (JSON.parse((await run(folder.path, ["state", "show", "assistant.support"])).stdout) as { live: { spec: object } })
    .live;

/** A project whose assistant was changed once, from temperature 0.2 and `one` to temperature 0.7. */
async function changed() {
  const folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await write(folder, "model: gpt-4o\ntemperature: 0.2\nmetadata: { team: one }\n");
  await run(folder.path, ["sync", "--yes"]);
  await write(folder, "model: gpt-4o\ntemperature: 0.7\n");
  await run(folder.path, ["sync", "--yes"]);
  const [name = ""] = await snapshotsOf(folder);
  return { folder, name };
}

test.each(["name", "path"])("fields are put back, by the snapshot's %s, and are told of from then on", async (how) => {
  const { folder, name } = await changed();
  await using _ = folder;
  const given = how === "name" ? name : `.playbill/snapshots/${name}.json`;
  const { exitCode, output } = await run(folder.path, ["restore", given, "--yes"]);
  expect(exitCode, output).toBe(0);
  expect(output).toContain("~ temperature: 0.7 -> 0.2");
  expect(output).toContain("playbill pull assistant.support --target local");
  expect(await live(folder)).toMatchObject({ spec: { temperature: 0.2, metadata: { team: "one" } } });

  // It is not undone by the next sync of somebody who knows nothing of it.
  expect(await run(folder.path, ["sync", "--yes"])).toMatchObject({ exitCode: 3 });
  const [, printed = ""] = /playbill (sync .*--take ours .*)/.exec(output) ?? [];
  expect(await run(folder.path, [...printed.split(" "), "--yes"])).toMatchObject({ exitCode: 0 });
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
});

test("a file that matches afterwards is not reported", async () => {
  const { folder, name } = await changed();
  await using _ = folder;
  await write(folder, "model: gpt-4o\ntemperature: 0.2\nmetadata: { team: one }\n");
  const { exitCode, stderr } = await run(folder.path, ["restore", name, "--yes"]);
  expect([exitCode, stderr]).toEqual([0, "  assistant.support updated\n"]);
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
});

test("a deleted object is made again, with a new id in the lock", async () => {
  const { folder } = await changed();
  await using _ = folder;
  const list = () => run(folder.path, ["state", "list"]).then(({ stdout }) => stdout);
  const before = await list();
  await run(folder.path, ["destroy", "--yes", "--allow-deletes", "1"]);
  const name = (await snapshotsOf(folder)).at(-1)!;
  const { exitCode, output } = await run(folder.path, ["restore", name, "--yes"]);
  expect(exitCode, output).toBe(0);
  expect(await list()).toMatch(/^assistant\.support {2}asst_/);
  expect(await list()).not.toBe(before);
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
});

test("what no file declares is restored too, and goes again with --prune", async () => {
  const { folder, name } = await changed();
  await using _ = folder;
  await folder.write("assistants/other.yaml", "model: gpt-4o\n");
  await run(folder.path, ["sync", "--yes"]);
  await rm(join(folder.path, "assistants/support.yaml"));
  await run(folder.path, ["sync", "--yes", "--prune"]);
  const { exitCode, output } = await run(folder.path, ["restore", name, "--yes"]);
  expect(exitCode, output).toBe(0);
  expect(output).toContain("no file declares it");
  expect((await run(folder.path, ["plan", "--prune"])).stdout).toContain("1 to delete, 1 unchanged");
});

test("it is shown, confirmed, and guarded like a sync", async () => {
  const { folder, name } = await changed();
  await using _ = folder;
  expect(await run(folder.path, ["restore", name])).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining(`playbill restore ${name} --yes --target local`) as string,
  });
  expect(await run(folder.path, ["restore", name], { ask: async () => "no" })).toMatchObject({ exitCode: 1 });
  expect(await live(folder)).toMatchObject({ spec: { temperature: 0.7 } });
  expect(await run(folder.path, ["restore", name], { ask: async () => "yes" })).toMatchObject({ exitCode: 0 });
  const again = await run(folder.path, ["restore", name, "--json", "--yes"]);
  expect(JSON.parse(again.stdout)).toMatchObject({ done: [], problems: [] });
});

test("the snapshots are listed, the newest first", async () => {
  const { folder, name } = await changed();
  await using _ = folder;
  await run(folder.path, ["restore", name, "--yes"]);
  await folder.write(".playbill/snapshots/broken.json", "{");
  const { stdout } = await run(folder.path, ["restore", "--list"]);
  expect(stdout.split("\n").slice(0, 3)).toEqual([
    "broken  damaged",
    expect.stringMatching(/^\d.*-local-asst_\w+ {2}assistant\.support$/),
    `${name}  assistant.support`,
  ]);
  const parsed = JSON.parse((await run(folder.path, ["restore", "--list", "--json"])).stdout) as {
    snapshots: object[];
  };
  expect(parsed.snapshots.at(-1)).toMatchObject({
    name,
    target: "local",
    object: "assistant.support",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
  });
});

test.each<[string, (object: Record<string, unknown>) => unknown, string]>([
  [
    "is of another project",
    (object) => ({ ...object, metadata: { "playbill.owner": "shop/local/assistant.support" } }),
    "foreign_snapshot",
  ],
  [
    "is of another target",
    (object) => ({ ...object, metadata: { "playbill.owner": "desk/prod/assistant.support" } }),
    "foreign_snapshot",
  ],
  [
    "has no marker, of an id that nobody knows",
    (object) => ({ ...object, id: "asst_x", metadata: {} }),
    "foreign_snapshot",
  ],
  ["has no marker, of an id that the lock has", (object) => ({ ...object, metadata: {} }), ""],
  ["is no object", () => [], "malformed_snapshot"],
  ["has no model that is a text", (object) => ({ ...object, model: 5 }), "malformed_snapshot"],
])("a snapshot that %s", async (_what, change, code) => {
  const { folder, name } = await changed();
  await using _ = folder;
  const object = JSON.parse(await readFile(join(folder.path, `.playbill/snapshots/${name}.json`), "utf8")) as never;
  await folder.write(`.playbill/snapshots/${name}.json`, JSON.stringify(change(object)));
  const { exitCode, stderr } = await run(folder.path, ["restore", name, "--yes"]);
  expect([exitCode, stderr]).toEqual(
    code === "" ? [0, expect.anything()] : [4, expect.stringContaining(`error[${code}]`)],
  );
});

test.each([
  [["restore"], "bad_flag"],
  [["restore", "nothing"], "missing_file"],
])("%j is wrong input", async (argv, code) => {
  const { folder } = await changed();
  await using _ = folder;
  expect(await run(folder.path, argv)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining(code) as string });
});

test("what was destroyed comes back with all that it needs, under the ids of now", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write(
    "assistants/support.yaml",
    "model: gpt-4o\ntools:\n  - file_search: { vector_store: faq }\n  - code_interpreter: { files: [files/data.csv] }\n",
  );
  await folder.write("assistants/vector_stores/faq.yaml", 'name: FAQ\nfiles: ["../files/*.md"]\n');
  await folder.write("assistants/files/returns.md", "# Returns\n");
  await folder.write("assistants/files/data.csv", "a,b\n");
  await run(folder.path, ["sync", "--yes"]);
  const destroyed = await run(folder.path, ["destroy", "--yes", "--allow-deletes", "4"]);
  expect(destroyed.exitCode, destroyed.output).toBe(0);

  const snapshots = await snapshotsOf(folder);
  const restore = (part: string) =>
    run(folder.path, ["restore", snapshots.find((name) => name.includes(part))!, "--yes"]);
  const { exitCode, output } = await restore("asst_");
  expect([exitCode, output]).toEqual([0, expect.stringContaining("Plan: 4 to create.")]);
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
  expect((await restore("vs_")).stdout).toContain("Nothing to do: vector_store.faq is as in the snapshot.");
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
  expect(await restore("file-")).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("malformed_snapshot") as string,
  });
});
