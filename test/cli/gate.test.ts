import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const scenario = (assistant: string, reply = "hello") =>
  `assistant: ${assistant}\nturns: [{ user: hi, script: [{ say: ${reply} }], expect: { reply: { contains: hello } } }]\n`;

const files: Record<string, string> = {
  "playbill.yaml": "project: desk\n",
  "assistants/desk.yaml": "model: gpt-4o-mini\ninstructions: Be kind.\n",
  "assistants/other.yaml": "model: gpt-4o-mini\ninstructions: Be brief.\n",
  "scenarios/desk.yaml": scenario("desk"),
  "scenarios/other.yaml": scenario("other"),
};

/** Indexing takes most of the time of a run, so only those have knowledge that are about it. */
const knowledge: Record<string, string> = {
  "assistants/desk.yaml":
    "model: gpt-4o-mini\ninstructions: Be kind.\ntools: [{ file_search: { vector_store: handbook } }]\n",
  "assistants/vector_stores/handbook.yaml": 'files: ["./pages/*.md"]\n',
  "assistants/vector_stores/pages/leave.md": "Leave.\n",
};

async function project(more: Record<string, string> = {}): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const [file, text] of Object.entries({ ...files, ...more })) await folder.write(file, text);
  return folder;
}

/** What each declared assistant is known to be, as `plan` tells. */
async function states({ path }: TemporaryFolder): Promise<Record<string, string>> {
  const { stdout } = await run(path, ["plan", "--json"]);
  const { tests = {} } = JSON.parse(stdout) as { tests?: Record<string, { kind: string }> };
  return Object.fromEntries(Object.entries(tests).map(([address, { kind }]) => [address, kind]));
}

const isUnchanged = async ({ path }: TemporaryFolder): Promise<boolean> =>
  (await run(path, ["plan", "--expect-no-changes"])).exitCode === 0;

async function proofs({ path }: TemporaryFolder): Promise<Record<string, string | undefined>> {
  const text = await readFile(join(path, ".playbill/local.lock.json"), "utf8");
  const { resources } = JSON.parse(text) as { resources: Record<string, { proof?: string }> };
  return Object.fromEntries(Object.entries(resources).map(([address, { proof }]) => [address, proof]));
}

const gate = ["sync", "--gate", "--yes"];

test("a gate tests what would change, and applies it when that passes", async () => {
  await using folder = await project();
  const first = await run(folder.path, gate);
  expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("2 passed") as string });
  expect(await isUnchanged(folder)).toBe(true);
  expect(await states(folder)).toEqual({ "assistant.desk": "tested", "assistant.other": "tested" });
  expect(Object.values(await proofs(folder)).every((proof) => proof?.startsWith("tested:"))).toBe(true);

  await folder.write("assistants/other.yaml", "model: gpt-4o-mini\ninstructions: Be long.\n");
  const second = await run(folder.path, gate);
  expect(second.output).toContain("assistant.other: stale: instructions changed");
  expect(second.output).toContain("1 passed");
});

test("a file of a store is tested through the assistants that search it", async () => {
  await using folder = await project(knowledge);
  await run(folder.path, gate);
  await folder.write("assistants/vector_stores/pages/leave.md", "No leave.\n");
  expect(await states(folder)).toEqual({ "assistant.desk": "stale", "assistant.other": "tested" });
  const { output, exitCode } = await run(folder.path, gate);
  expect(exitCode).toBe(0);
  expect(output).toMatch(/assistant\.desk \(through [^)]*leave\.md/);
  expect(output).toContain("1 passed");
});

test.each([
  ["fails", { "scenarios/desk.yaml": scenario("desk", "goodbye") }, 1],
  [
    "cannot be carried out",
    { "scenarios/desk.yaml": scenario("desk").replace("say: hello", "fail: { code: server_error, message: down }") },
    5,
  ],
])("what %s changes nothing", async (_, edits, code) => {
  await using folder = await project();
  await run(folder.path, gate);
  for (const [file, text] of Object.entries(edits)) await folder.write(file, text);
  await folder.write("assistants/desk.yaml", files["assistants/desk.yaml"]!.replace("kind", "rude"));
  const { exitCode, stderr } = await run(folder.path, gate);
  expect(exitCode).toBe(code);
  expect(stderr).toContain("Nothing was changed.");
  expect(await isUnchanged(folder)).toBe(false);
  expect((await states(folder))["assistant.desk"]).toBe(code === 1 ? "failing" : "stale");
  // It is tried again as soon as somebody asks.
  await folder.write("scenarios/desk.yaml", scenario("desk"));
  expect(await run(folder.path, gate)).toMatchObject({ exitCode: 0 });
  expect(await isUnchanged(folder)).toBe(true);
});

test("tested versions are not tested again, wherever the test ran", async () => {
  await using folder = await project();
  expect(await run(folder.path, ["test"])).toMatchObject({ exitCode: 0 });
  const { exitCode, output } = await run(folder.path, gate);
  expect(exitCode).toBe(0);
  expect(output).not.toContain("passed (");
  await using other = await temporaryFolder();
  for (const [file, text] of Object.entries(files)) await other.write(file, text);
  for (const name of await readdir(join(folder.path, ".playbill/local.evidence"))) {
    await other.write(
      `.playbill/local.evidence/${name}`,
      await readFile(join(folder.path, ".playbill/local.evidence", name), "utf8"),
    );
  }
  expect(await run(other.path, ["sync", "--require-tested", "--yes"])).toMatchObject({ exitCode: 0 });
});

test("only tested versions may change when that is required, unless a reason is given", async () => {
  await using folder = await project();
  const refused = await run(folder.path, ["sync", "--require-tested", "--yes"]);
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toContain("[untested]: assistant.desk");
  expect(refused.stderr).toContain("--gate");
  const because = ["--allow-untested", "the model is gone, 50 % fail"];
  const allowed = await run(folder.path, ["sync", "--require-tested", ...because, "--yes"]);
  expect(allowed).toMatchObject({ exitCode: 0 });
  expect(decodeURIComponent((await proofs(folder))["assistant.desk"] ?? "")).toBe(
    "untested:the model is gone, 50 % fail",
  );
  expect(await isUnchanged(folder)).toBe(true);
});

test("what no scenario reaches is reported before anything runs", async () => {
  await using folder = await project();
  await folder.write("assistants/new.yaml", "model: gpt-4o-mini\n");
  const refused = await run(folder.path, gate);
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toContain("assistant.new is not tested in the state to sync: untested: no scenario uses it");
  expect(refused.output).not.toContain("passed (");
  expect(await run(folder.path, [...gate, "--allow-untested", "draft"])).toMatchObject({ exitCode: 0 });
  expect((await proofs(folder))["assistant.new"]).toBe("untested:draft");
  expect((await proofs(folder))["assistant.desk"]).toMatch(/^tested:/);
});

test("a field that would stay unchanged at the target, and was not tested like this, is refused", async () => {
  await using folder = await project(knowledge);
  const desk = knowledge["assistants/desk.yaml"]!;
  const ignoring = `${desk}temperature: 0.5\nignore: [temperature]\n`;
  await folder.write("assistants/desk.yaml", ignoring);
  expect(await run(folder.path, gate)).toMatchObject({ exitCode: 0 });

  // Only a part of what the assistant is made of is asked for.
  await folder.write("assistants/vector_stores/pages/leave.md", "No leave.\n");
  await folder.write("assistants/desk.yaml", ignoring.replace("kind", "rude"));
  for (const how of ["--gate", "--require-tested"]) {
    const part = await run(folder.path, ["sync", "vector_store.handbook", how, "--yes"]);
    expect(part.exitCode, part.output).toBe(3);
    expect(part.stderr).toContain("assistant.desk is not tested in the state to sync: differs from what was tested");
    expect(part.output).not.toContain("passed (");
  }
  expect(await run(folder.path, gate)).toMatchObject({ exitCode: 0 });

  // A page that is deleted is gone from the store, too.
  await folder.write("assistants/vector_stores/pages/more.md", "More.\n");
  expect(await run(folder.path, gate)).toMatchObject({ exitCode: 0 });
  await rm(join(folder.path, "assistants/vector_stores/pages/more.md"));
  const page = await run(folder.path, ["sync", "file.*", "--prune", "--require-tested", "--yes"]);
  expect(page.exitCode, page.output).toBe(3);
  expect(page.stderr).toContain("files of vector_store.handbook would stay as at the target");
  expect(await run(folder.path, [...gate, "--prune"])).toMatchObject({ exitCode: 0 });

  // Somebody edits a field that is left to whoever edits it there, and one that nobody declares.
  for (const [field, value] of Object.entries({ temperature: 0.9, top_p: 0.3 })) {
    edit(folder.path, field, value);
    await folder.write("assistants/desk.yaml", ignoring.replace("kind", `brief, and mind ${field}`));
    const refused = await run(folder.path, gate);
    expect(refused.exitCode, refused.output).toBe(3);
    expect(refused.stderr).toContain(`${field} would stay as at the target`);
    edit(folder.path, field, field === "temperature" ? 0.5 : null);
  }
  expect(await run(folder.path, gate)).toMatchObject({ exitCode: 0 });
});

/** Somebody changes a field of the assistant desk at the embedded server. */
function edit(folder: string, field: string, value: number | null): void {
  const database = new DatabaseSync(join(folder, ".playbill/local.db"));
  const statement = "UPDATE documents SET value = json_set(value, '$.' || ?, json(?)) WHERE value ->> 'name' = 'desk'";
  database.prepare(statement).run(field, JSON.stringify(value));
  database.close();
}

test("a scenario that cannot be read is not left out", async () => {
  await using folder = await project();
  expect(await run(folder.path, ["test"])).toMatchObject({ exitCode: 0 });
  await folder.write("scenarios/more.yaml", "assistant: desk\nturnz: []\n");
  for (const how of ["--gate", "--require-tested"]) {
    const refused = await run(folder.path, ["sync", "assistant.desk", how, "--yes"]);
    expect(refused.exitCode, refused.output).toBe(4);
    expect(refused.stderr).toContain("scenarios/more.yaml");
  }
});

test("a scenario's runs count by its current rule", async () => {
  await using folder = await project();
  const write = (more: string) => folder.write("scenarios/desk.yaml", `${more}\n${scenario("desk")}`);
  const state = async () => (await states(folder))["assistant.desk"];
  await write("observe: true");
  expect(await run(folder.path, gate)).toMatchObject({ exitCode: 0 });
  expect(await state()).toBe("tested");
  // Nobody looked at whether it fails.
  await write("");
  expect(await state()).toBe("stale");

  await write("repeat: { runs: 2, pass: any }");
  expect(await run(folder.path, ["test"])).toMatchObject({ exitCode: 0 });
  expect(await state()).toBe("tested");
  // One of two was enough, and the other was not run.
  await write("repeat: { runs: 2, pass: all }");
  expect(await state()).toBe("stale");
});

test("what one model showed counts for no other model that answers at the same target", async () => {
  await using folder = await project();
  expect(await run(folder.path, ["test"])).toMatchObject({ exitCode: 0 });
  await folder.write(
    "playbill.yaml",
    'project: desk\ntargets: { local: { api: assistants, server: embedded, model: openai, upstream_base_url: "http://127.0.0.1:9/v1" } }\n',
  );
  expect(await states(folder)).toEqual({ "assistant.desk": "untested", "assistant.other": "untested" });
});

test("a file of evidence that is damaged, newer or another project's is ignored and reported", async () => {
  await using folder = await project();
  await run(folder.path, ["test"]);
  const evidence = join(folder.path, ".playbill/local.evidence");
  const names = (await readdir(evidence)).toSorted();
  const [one, other] = [join(evidence, names[0]!), join(evidence, names[1]!)];
  const text = await readFile(one, "utf8");
  await writeFile(one, text.replace('"format_version": 1', '"format_version": 2'));
  await writeFile(other, text);
  const { stderr, stdout } = await run(folder.path, ["plan"]);
  expect(stderr).toContain("[newer_evidence]");
  expect(stderr).toContain("[damaged_evidence]");
  expect(stdout).toContain("untested: desk never run with it");
});

test("options that are about nothing are refused", async () => {
  await using folder = await project();
  for (const more of [
    ["--allow-untested", "x"],
    ["--budget", "1"],
    ["-j", "2"],
    ["--gate", "--allow-untested", " "],
  ])
    expect(await run(folder.path, ["sync", "--yes", ...more])).toMatchObject({ exitCode: 4 });
});
