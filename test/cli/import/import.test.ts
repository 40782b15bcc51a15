import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asList, asObject, canonicalJson, objectsOf } from "../../../src/kit/json.ts";
import { hostileText } from "../../project/write/hostile-text.ts";
import { run } from "../run.ts";
import { type Kept, startKept } from "./kept-api.ts";

const hostile = (most: number) => hostileText.filter((text) => text.length <= most);
const long = fc
  .tuple(hostile(300), fc.integer({ min: 0, max: 700 }))
  .map(([text, count]) => text + "a line\n".repeat(count / 7));
const key = fc.oneof(fc.constantFrom("<<", "yes", "1", "a b", "x-y", "#"), fc.stringMatching(/^[a-z_]{1,8}$/));
const schema = fc.record({
  type: fc.constant("object"),
  description: hostile(60).filter((text) => !text.includes("${{")),
  properties: fc.dictionary(
    key,
    fc.record({ type: fc.constantFrom("string", "number"), title: fc.constantFrom("", "a: b") }),
  ),
});
const tool = fc.record({
  type: fc.constant("function"),
  function: fc.record(
    {
      name: fc.constantFrom("lookup", "Lookup", "con", "_x", "-"),
      description: hostile(60).filter((text) => !text.includes("${{")),
      parameters: schema,
      strict: fc.constant(false),
    },
    { requiredKeys: ["name"] },
  ),
});
const assistant = fc.record(
  {
    name: fc.oneof(hostile(60), fc.constantFrom("../../x", "CON", "Größe", "日本語", "✨", "Support", "support", null)),
    description: fc.option(hostile(200)),
    instructions: fc.option(long),
    temperature: fc.constantFrom(null, 0, 0.2, 1, 2),
    top_p: fc.constantFrom(null, 0.5, 1),
    response_format: fc.oneof(
      fc.constantFrom("auto", { type: "text" }, { type: "json_object" }),
      fc.record({ type: fc.constant("json_schema"), json_schema: fc.record({ name: fc.constant("answer"), schema }) }),
    ),
    tools: fc.uniqueArray(tool, { maxLength: 3, selector: (each) => each.function.name }),
    metadata: fc.dictionary(key, hostile(60), { maxKeys: 3 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

async function planOf(api: Kept) {
  const { stdout, output } = await run(api.project.path, ["plan", "--json"]);
  expect(stdout, output).not.toBe("");
  return objectsOf(asObject(JSON.parse(stdout)).resources).map(({ action, changes, drift }) => ({
    action,
    fields: [...asList(changes), ...asList(drift)],
  }));
}

test("law: what is imported is planned as it is, and nothing of it is left out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(assistant, { minLength: 1, maxLength: 5 }), async (bodies) => {
      await using api = await startKept();
      for (const [index, body] of bodies.entries()) api.put(`asst_${index}`, body);
      const imported = await run(api.project.path, ["import", "--all", "--json"]);
      expect(imported.exitCode, imported.output).toBe(0);
      const told = objectsOf(asObject(JSON.parse(imported.stdout)).imported);
      expect(told.flatMap(({ not_written }) => not_written)).toEqual([]);
      expect(await planOf(api)).toEqual(bodies.map(() => ({ action: "unchanged", fields: [] })));
      for (const [index, body] of bodies.entries()) {
        const { metadata, ...rest } = api.object(`asst_${index}`);
        const { metadata: own = {}, ...given } = body;
        expect(rest).toMatchObject(given);
        expect(metadata).toMatchObject(own);
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 60_000);

describe("what Playbill does not know", () => {
  const mcp = { type: "mcp", server_label: "docs", server_url: "https://mcp.example" };

  test("stays at the target, is reported and is in a comment", async () => {
    await using api = await startKept();
    const search = { type: "file_search", file_search: { max_num_results: 3, hybrid: true } };
    const tools = [mcp, search, { type: "function", function: { name: "lookup" } }];
    api.put("asst_1", {
      name: "Desk",
      tools,
      response_format: { type: "grammar", syntax: "lark" },
      metadata: { n: 1, a: "b" },
      voice: { name: "alloy" },
      owner: null,
    });
    const { exitCode, stderr } = await run(api.project.path, ["import", "assistant.desk", "asst_1"]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('file_search: {"tool":{"file_search":{"hybrid":true}}} is unknown to Playbill');
    const yaml = await readFile(join(api.project.path, "assistants/desk.yaml"), "utf8");
    expect(yaml).toContain('# Not here: tools, file_search: {"tool":{"file_search":{"hybrid":true}}}');
    expect(yaml).toContain('# Not here: response_format, {"type":"grammar","syntax":"lark"}');
    expect(yaml).toContain('# Not here: voice, {"name":"alloy"} is unknown to Playbill');
    expect(yaml).not.toContain("owner");
    expect(yaml).toContain("ignore: [tools]");
    expect(await planOf(api)).toEqual([{ action: "unchanged", fields: [] }]);
    expect(canonicalJson(api.object("asst_1").tools)).toBe(canonicalJson(tools));
  });

  test("of a tool is in the files as it is", async () => {
    await using api = await startKept();
    api.put("asst_1", { name: "Desk", tools: [mcp, { type: "code_interpreter" }] });
    const { exitCode, stderr } = await run(api.project.path, ["import", "assistant.desk", "asst_1"]);
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("not_written")]);
    const yaml = await readFile(join(api.project.path, "assistants/desk.yaml"), "utf8");
    expect(yaml).toContain("raw:");
    expect(yaml).not.toContain("ignore");
    expect(await planOf(api)).toEqual([{ action: "unchanged", fields: [] }]);
    await api.project.write("assistants/desk.yaml", yaml.replace("label: docs", "label: handbook"));
    expect((await run(api.project.path, ["sync", "--yes"])).exitCode).toBe(0);
    expect(api.object("asst_1").tools).toContainEqual({ ...mcp, server_label: "handbook" });
  });

  test("does not hold the rest up: a function that files cannot declare leaves the tools to the target", async () => {
    await using api = await startKept();
    const loose = {
      type: "function",
      function: { name: "lookup", strict: true, parameters: { type: "object", properties: { a: {} } } },
    };
    api.put("asst_1", { name: "Desk", instructions: "Be kind.", tools: [loose] });
    const { exitCode, stderr } = await run(api.project.path, ["import", "--all"]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("warning[not_written]: assistant.desk: tools of asst_1");
    expect(await readdir(join(api.project.path, "assistants"))).toEqual(["desk.yaml"]);
    expect(await planOf(api)).toEqual([{ action: "unchanged", fields: [] }]);
  });
});

test("a key of the project's defaults that an object does not have is written as unset", async () => {
  await using api = await startKept();
  const settings = await readFile(join(api.project.path, "playbill.yaml"), "utf8");
  const defaults =
    "defaults: { assistant: { temperature: 0.2, instructions: Hi, reasoning_effort: low, expressions: true } }\n";
  await api.project.write("playbill.yaml", settings + defaults);
  api.put("asst_1", { name: "Desk" });
  api.put("asst_2", { name: "Other", instructions: "Say ${{ x }}." });
  expect((await run(api.project.path, ["import", "--all"])).exitCode).toBe(0);
  expect(await planOf(api)).toEqual([1, 2].map(() => ({ action: "unchanged", fields: [] })));
});

test("equal functions share one file, also an existing one; different ones have their own files", async () => {
  await using api = await startKept();
  await api.project.write("assistants/old.yaml", "model: gpt-4o\ntools: [{ function: find }]\n");
  await api.project.write("assistants/tools/find.yaml", "# ours\nname: lookup\ndescription: Finds\n");
  const lookup = (description: string) => ({ type: "function", function: { name: "lookup", description } });
  api.put("asst_1", { name: "A", tools: [lookup("Finds")] });
  api.put("asst_2", { name: "B", tools: [lookup("Seeks")] });
  api.put("asst_3", { name: "C", tools: [lookup("Seeks")] });
  api.put("asst_4", { name: "D", tools: [lookup("Asks")] });
  expect((await run(api.project.path, ["import", "--all"])).exitCode).toBe(0);
  expect(await readdir(join(api.project.path, "assistants/tools"))).toEqual([
    "find.yaml",
    "lookup-2.yaml",
    "lookup.yaml",
  ]);
});

test("names come from display names, and collide with nothing", async () => {
  await using api = await startKept();
  await api.project.write("assistants/SUPPORT.md", "Ours.\n");
  await api.project.write("assistants/team/desk.yaml", "model: gpt-4o\n");
  const long = "a\n".repeat(300);
  const names = ["Support", "support", "Desk", "../../etc/passwd", "", "✨", "CON", "Größe (neu)", "x".repeat(256)];
  for (const [index, name] of names.entries()) api.put(`asst_${index}`, { name, instructions: long });
  expect((await run(api.project.path, ["import", "--all"])).exitCode).toBe(0);
  const yaml = (await readdir(join(api.project.path, "assistants"))).filter((each) => each.endsWith(".yaml"));
  expect(yaml).toEqual(
    [
      "assistant-2",
      "assistant",
      "con-assistant",
      "desk-2",
      "etc-passwd",
      "grosse-neu",
      "support-2",
      "support-3",
      "x".repeat(60),
    ].map((each) => `${each}.yaml`),
  );
});

describe("nothing is written", () => {
  const filesIn = async (api: Kept) =>
    (await readdir(api.project.path, { recursive: true })).filter((each) => !each.startsWith("."));

  test.each([
    ["an id that is not there", "asst_9", "adopt_missing", 3],
    ["an object of another project", "asst_other", "not_ours", 3],
    ["an object whose metadata are full", "asst_full", "metadata_full", 3],
  ])("for %s", async (_what, id, code, expected) => {
    await using api = await startKept();
    api.put("asst_other", {
      metadata: { "playbill.owner": "shop/prod/assistant.a", "playbill.spec": "2", "playbill.rev": "" },
    });
    api.put("asst_full", {
      metadata: Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`k${index}`, "v"])),
    });
    const before = await filesIn(api);
    const { exitCode, stderr } = await run(api.project.path, ["import", "assistant.a", id]);
    expect(stderr).toContain(`error[${code}]`);
    expect(exitCode).toBe(expected);
    expect(await filesIn(api)).toEqual(before);
    expect(api.requests.filter((each) => !each.startsWith("GET"))).toEqual([]);
  });

  test("over a file that is there", async () => {
    await using api = await startKept();
    api.put("asst_1", { name: "Desk" });
    await api.project.write("assistants/Desk.yaml", "model: gpt-4o\n");
    const { exitCode, stderr } = await run(api.project.path, ["import", "assistant.desk", "asst_1"]);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining("error[file_exists]: assistants/Desk.yaml")]);
  });

  test("with --dry-run, which shows it", async () => {
    await using api = await startKept();
    api.put("asst_1", { name: "Desk" });
    const before = await readdir(api.project.path, { recursive: true });
    const { stdout } = await run(api.project.path, ["import", "--all", "--dry-run"]);
    expect(stdout).toContain("--- assistants/desk.yaml\nname: Desk\n");
    expect(await readdir(api.project.path, { recursive: true })).toEqual(before);
    expect(api.requests.filter((each) => !each.startsWith("GET"))).toEqual([]);
  });
});

test("one object that cannot be marked does not stop the import of the others", async () => {
  await using api = await startKept();
  api.put("asst_full", { metadata: Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`k${index}`, "v"])) });
  api.put("asst_1", { name: "Desk" });
  const { exitCode, stderr } = await run(api.project.path, ["import", "--all"]);
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining("error[metadata_full]")]);
  expect(await readdir(join(api.project.path, "assistants"))).toEqual(["desk.yaml"]);
});

test("after files were written and nothing was marked, the same command continues", async () => {
  await using api = await startKept();
  api.put("asst_1", {
    name: "Desk",
    instructions: "a\n".repeat(300),
    tools: [{ type: "function", function: { name: "lookup" } }],
  });
  await run(api.project.path, ["import", "--all"]);
  const written = await readdir(join(api.project.path, "assistants"), { recursive: true });
  const { metadata: _marked, ...before } = api.object("asst_1");
  api.put("asst_1", { ...before, metadata: {} });
  await run(api.project.path, ["state", "rm", "assistant.desk"]);
  expect((await run(api.project.path, ["import", "--all"])).exitCode).toBe(0);
  expect(await readdir(join(api.project.path, "assistants"), { recursive: true })).toEqual(written);
  expect(await planOf(api)).toEqual([{ action: "unchanged", fields: [] }]);
});

test("law: stopped after any number of files, the same command ends with the same files, and each object is marked once", async () => {
  const put = (api: Kept) => {
    const tools = [{ type: "function", function: { name: "lookup", description: "Finds." } }];
    api.put("asst_1", { name: "Desk", instructions: "a\n".repeat(300), tools });
    api.put("asst_2", { name: "Desk", instructions: "b\n".repeat(300), tools });
  };
  await using whole = await startKept();
  put(whole);
  await run(whole.project.path, ["import", "--all"]);
  const names = (await readdir(join(whole.project.path, "assistants"), { recursive: true })).filter((name) =>
    name.includes("."),
  );
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, await readFile(join(whole.project.path, "assistants", name), "utf8"));
  // Files that others name come first, as they are written.
  const order = [...texts.keys()].toSorted((one, other) => Number(isAssistant(one)) - Number(isAssistant(other)));
  for (let count = 0; count <= order.length; count += 1) {
    await using api = await startKept();
    put(api);
    for (const name of order.slice(0, count)) await api.project.write(`assistants/${name}`, texts.get(name) ?? "");
    expect((await run(api.project.path, ["import", "--all"])).exitCode).toBe(0);
    for (const name of order)
      expect(await readFile(join(api.project.path, "assistants", name), "utf8")).toBe(texts.get(name));
    expect(await readdir(join(api.project.path, "assistants"))).toEqual(
      await readdir(join(whole.project.path, "assistants")),
    );
    expect(await planOf(api)).toEqual([1, 2].map(() => ({ action: "unchanged", fields: [] })));
  }
});

const isAssistant = (name: string) => name.endsWith(".yaml") && !name.includes("/");
