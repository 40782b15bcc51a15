import { readFile, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { run, temporaryFolder } from "../run.ts";

const assistant = (id: string, more: object = {}) => ({
  id,
  object: "assistant",
  created_at: 1,
  model: "gpt-4o",
  name: id,
  ...more,
});

async function project() {
  const folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  return folder;
}

const yamlIn = async (path: string) =>
  (await readdir(join(path, "assistants")).catch(() => [])).filter((each) => each.endsWith(".yaml")).toSorted();

const [a, b] = [assistant("asst_a"), assistant("asst_b")];
const list = (...data: object[]) => ({ object: "list", data, first_id: "x", last_id: "y", has_more: false });

describe("forms of an export", () => {
  test.each<[string, Record<string, string>]>([
    [
      "an object and another one in a folder",
      { "e/a.json": JSON.stringify(a), "e/deep/b.json": JSON.stringify(b, null, 2) },
    ],
    ["an array", { "e/x.json": JSON.stringify([a, b]) }],
    ["a list object", { "e/x.json": JSON.stringify(list(a, b), null, 2) }],
    ["several pages in an array", { "e/x.json": JSON.stringify([{ ...list(a), has_more: true }, list(b)]) }],
    ["JSONL", { "e/x.jsonl": `${JSON.stringify(a)}\r\n\n${JSON.stringify(b)}\n` }],
    [
      "JSONL that is called JSON, of list objects",
      { "e/x.json": `${JSON.stringify(list(a))}\n${JSON.stringify(list(b))}\n` },
    ],
    ["the same object in two files", { "e/1.json": JSON.stringify(list(a, b)), "e/2.json": JSON.stringify(a) }],
    ["a file that begins with a byte order mark", { "e/x.json": `\uFEFF${JSON.stringify([a, b])}` }],
  ])("%s", async (_what, files) => {
    await using folder = await project();
    for (const [path, text] of Object.entries(files)) await folder.write(path, text);
    const { exitCode, output } = await run(folder.path, ["import", "--from", "e"]);
    expect(exitCode, output).toBe(0);
    expect(output).not.toContain("warning[");
    expect(await yamlIn(folder.path)).toEqual(["asst-a.yaml", "asst-b.yaml"]);
    const plan = await run(folder.path, ["plan"]);
    expect(plan.stdout).toContain("Plan: 2 to create.");
    // Again, nothing is to be written.
    expect((await run(folder.path, ["import", "--from", "e"])).stdout).toContain("Wrote 0 files.");
  });
});

test("what is unknown is reported and is in a comment", async () => {
  await using folder = await project();
  await folder.write(
    "x.json",
    JSON.stringify([
      assistant("a", {
        tools: [
          { type: "mcp", server_label: "docs" },
          { type: "code_interpreter", memory: "1g" },
          {
            type: "file_search",
            file_search: { ranking_options: { ranker: "default_2024_08_21", score_threshold: 0 } },
          },
          { type: "function", function: { name: "stop", parameters: {} } },
        ],
      }),
      { object: "thread", id: "t" },
    ]),
  );
  const { exitCode, stderr } = await run(folder.path, ["import", "--from", "x.json"]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('"x.json" has 1 of "thread"');
  const yaml = await readFile(join(folder.path, "assistants/a.yaml"), "utf8");
  expect(yaml).toContain('code_interpreter: {"tool":{"memory":"1g"}} is unknown to Playbill');
  expect(stderr).toContain("The object that a sync creates from the files will not have it.");
  expect(parse(yaml)).toMatchObject({
    tools: [{ raw: { type: "mcp", server_label: "docs" } }, "code_interpreter", "file_search", { function: "stop" }],
  });
  expect(parse(await readFile(join(folder.path, "assistants/tools/stop.yaml"), "utf8"))).not.toHaveProperty(
    "parameters",
  );
});

test("an export that states that more pages follow is imported with a warning", async () => {
  await using folder = await project();
  await folder.write("x.json", JSON.stringify({ ...list(a), has_more: true }));
  const { exitCode, stderr } = await run(folder.path, ["import", "--from", "x.json"]);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining("warning[incomplete_export]")]);
});

describe("bad input is a problem with its place, before anything is written", () => {
  const good = JSON.stringify(a);

  test.each<[string, Record<string, string | Uint8Array>, string]>([
    [
      "cut off",
      { "e/x.json": '[{"id": "a",\n "model": ' },
      "error[bad_json]: not JSON: Unexpected end of JSON input\n  --> e/x.json:2:",
    ],
    ["a damaged line", { "e/x.jsonl": `${good}\n{"id": \n` }, "  --> e/x.jsonl:2:"],
    [
      "not an assistant",
      { "e/x.json": `[${good},\n {"object": "assistant", "id": "b"}]` },
      "error[bad_export]: object 2 of the export is not an assistant in the format of an Assistants API\n  --> e/x.json:2:2",
    ],
    ["a number", { "e/x.json": "[3]" }, "--> e/x.json:1:2"],
    [
      "something else's export",
      { "e/x.json": '[{"object": "thread", "id": "t"}]' },
      'error[bad_export]: "e" has no assistants, but 1 of "thread"',
    ],
    ["an empty list", { "e/x.json": "[]" }, 'error[bad_export]: "e" has no assistants'],
    [
      "one id with two contents",
      { "e/x.json": JSON.stringify([a, { ...a, name: "x" }]) },
      "error[bad_export]: asst_a appears twice with different contents",
    ],
    ["an archive called JSON", { "e/x.json": gzipSync(good) }, 'error[bad_export]: "e/x.json" is a gzip archive'],
    ["no UTF-8", { "e/x.json": Uint8Array.from([0x22, 0xff, 0x22]) }, 'error[not_utf8]: "e/x.json" is not UTF-8 text'],
    [
      "700 levels deep",
      { "e/x.json": `${"[".repeat(700)}${"]".repeat(700)}` },
      "error[too_deep]: nested more than 100 levels deep\n  --> e/x.json:1:101",
    ],
    ["a folder without JSON", { "e/readme.md": "hi" }, 'error[bad_export]: there is no .json or .jsonl file in "e"'],
    ["a good file beside a bad one", { "e/a.json": good, "e/b.json": "{" }, "--> e/b.json:1:"],
  ])("%s", async (_what, files, problem) => {
    await using folder = await project();
    for (const [path, content] of Object.entries(files)) {
      await folder.write(path, "");
      await writeFile(join(folder.path, path), content);
    }
    const { exitCode, stderr } = await run(folder.path, ["import", "--from", "e"]);
    expect(stderr).toContain(problem);
    expect(exitCode).toBe(4);
    expect(await yamlIn(folder.path)).toEqual([]);
  });

  test("a file of 600 MB", async () => {
    await using folder = await project();
    await folder.write("x.json", "[");
    await truncate(join(folder.path, "x.json"), 600 * 1024 * 1024);
    const { exitCode, stderr } = await run(folder.path, ["import", "--from", "x.json"]);
    expect([exitCode, stderr]).toEqual([
      4,
      expect.stringContaining('error[file_too_large]: "x.json" has 629145600 bytes'),
    ]);
  });

  test("a path that is not there", async () => {
    await using folder = await project();
    const { exitCode, stderr } = await run(folder.path, ["import", "--from", "x.json"]);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining("error[missing_file]")]);
  });
});
