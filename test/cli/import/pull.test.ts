import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asObject, objectsOf } from "../../../src/kit/json.ts";
import { hostileText } from "../../project/write/hostile-text.ts";
import { run } from "../run.ts";
import { type Kept, startKept } from "./kept-api.ts";

const support = `# The desk.
name: Support
model: gpt-4o  # cheap
instructions: { file: support.md }
temperature: 0.2
tools:
  - function: lookup  # orders
  - code_interpreter
metadata: { team: orders }
`;
const lookup = `description: Finds an order.
parameters:
  type: object  # of one argument
  properties: { id: { type: string } }
returns: { type: object }
`;
const wire = (description: string) => ({
  type: "function",
  function: { name: "lookup", description, parameters: { type: "object", properties: { id: { type: "string" } } } },
});

/** An assistant that is synced. */
async function synced(files: Record<string, string> = {}): Promise<Kept> {
  const api = await startKept();
  const all = {
    "assistants/support.yaml": support,
    "assistants/support.md": "# Tone\r\nBe kind.\r\n",
    "assistants/tools/lookup.yaml": lookup,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) await api.project.write(path, text);
  const { exitCode, output } = await run(api.project.path, ["sync", "--yes"]);
  expect(exitCode, output).toBe(0);
  return api;
}

const edit = (api: Kept, changes: object) => api.put("asst_made", { ...api.object("asst_made"), ...changes });
const fileOf = (api: Kept, path: string) => readFile(join(api.project.path, path), "utf8");

async function pull(api: Kept, ...more: string[]) {
  return run(api.project.path, ["pull", "assistant.support", "--yes", ...more]);
}

async function isPlanEmpty(api: Kept): Promise<void> {
  const { stdout, output } = await run(api.project.path, ["plan", "--json"]);
  const found = objectsOf(asObject(JSON.parse(stdout)).resources).map(({ action, drift }) => ({ action, drift }));
  expect(found, output).toEqual(found.map(() => ({ action: "unchanged", drift: [] })));
}

test("each value is written to the file that it comes from, and comments stay", async () => {
  await using api = await synced();
  edit(api, {
    temperature: 0.7,
    top_p: 1,
    instructions: "# Tone\nBe very kind.\n",
    tools: [wire("Finds one order."), { type: "file_search" }],
    metadata: { ...asObject(api.object("asst_made").metadata), team: "sales" },
  });
  const { exitCode, output } = await pull(api);
  expect(exitCode, output).toBe(0);
  expect(await fileOf(api, "assistants/support.yaml")).toBe(
    support
      .replace("0.2", "0.7")
      .replace("  - code_interpreter\n", "  - file_search\n")
      .replace("team: orders", "team: sales"),
  );
  expect(await fileOf(api, "assistants/support.md")).toBe("# Tone\r\nBe very kind.\r\n");
  expect(await fileOf(api, "assistants/tools/lookup.yaml")).toBe(lookup.replace("an order", "one order"));
  await isPlanEmpty(api);
});

test("law: whatever a text was edited to, the files contain it afterwards", async () => {
  const text = hostileText.filter((each) => each !== "" && !each.includes("\0"));
  // A text file cannot hold these: they are refused.
  const ofFile = text.filter((each) => each.isWellFormed() && !each.startsWith("\uFEFF"));
  await fc.assert(
    fc.asyncProperty(text, ofFile, text, async (description, instructions, team) => {
      await using api = await synced({ "assistants/support.yaml": `${support}description: Helps.\n` });
      edit(api, { description, instructions, metadata: { ...asObject(api.object("asst_made").metadata), team } });
      const { exitCode, output } = await pull(api);
      expect(exitCode, output).toBe(0);
      await isPlanEmpty(api);
      expect((await pull(api)).stdout).toContain("there is nothing to pull");
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 60_000);

describe("where a value comes from elsewhere", () => {
  test("one of several parts of instructions is edited when it is unambiguous", async () => {
    await using api = await synced({
      "assistants/support.yaml": support.replace(
        "{ file: support.md }",
        "[{ file: shared/tone.md }, Answer in metric units., { file: support.md }]",
      ),
      "assistants/shared/tone.md": "Be calm.\n\n",
    });
    edit(api, { instructions: "Be calm.\n\nAnswer in imperial units.\n\n# Tone\nBe kind.\n" });
    expect((await pull(api)).exitCode).toBe(0);
    expect(await fileOf(api, "assistants/support.yaml")).toContain("Answer in imperial units.");
    await run(api.project.path, ["sync", "--yes"]);
    edit(api, { instructions: "Be very calm.\n\nAnswer in imperial units.\n\n# Tone\nBe kind.\n" });
    expect((await pull(api)).exitCode).toBe(0);
    expect(await fileOf(api, "assistants/shared/tone.md")).toBe("Be very calm.\n\n");
    await isPlanEmpty(api);
  });

  test("a key of `defaults` gets its own value, which is reported", async () => {
    const api = await startKept();
    await using _api = api;
    const settings = await fileOf(api, "playbill.yaml");
    await api.project.write("playbill.yaml", `${settings}defaults: { assistant: { temperature: 0.2 } }\n`);
    await api.project.write("assistants/support.yaml", "model: gpt-4o\n");
    await run(api.project.path, ["sync", "--yes"]);
    edit(api, { temperature: null });
    const { stdout } = await pull(api);
    expect(stdout).toContain("temperature comes from `defaults` in playbill.yaml");
    expect(await fileOf(api, "assistants/support.yaml")).toBe("model: gpt-4o\ntemperature: 1\n");
    await isPlanEmpty(api);
  });

  test.each<[string, Record<string, string>, object, string]>([
    [
      "an expression",
      { "assistants/support.yaml": `${support}description: For \${{ vars.x }}\n` },
      { description: "For you" },
      "its value comes from an expression",
    ],
    [
      "an option that Playbill does not know",
      {},
      { tools: [wire("Finds an order."), { type: "code_interpreter", memory: "1g" }] },
      "the target has options unknown to Playbill",
    ],
    [
      "several parts at once",
      { "assistants/support.yaml": support.replace("{ file: support.md }", "[One., Two.]") },
      { instructions: "Uno.\n\nDos." },
      "consists of 2 parts",
    ],
  ])("%s is refused, and nothing is written", async (_what, files, changes, why) => {
    const api = await startKept();
    await using _api = api;
    const settings = await fileOf(api, "playbill.yaml");
    await api.project.write("playbill.yaml", `${settings}vars: { x: me }\n`);
    const all = {
      "assistants/support.yaml": support,
      "assistants/support.md": "Be kind.\n",
      "assistants/tools/lookup.yaml": lookup,
      ...files,
    };
    for (const [path, text] of Object.entries(all)) await api.project.write(path, text);
    expect((await run(api.project.path, ["sync", "--yes"])).exitCode).toBe(0);
    edit(api, { temperature: 0.9, ...changes });
    const { exitCode, stderr } = await pull(api);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining(why)]);
    expect(stderr).toContain("error[not_pulled]: assistant.support: ");
    for (const [path, text] of Object.entries(all)) expect(await fileOf(api, path)).toBe(text);
  });
});

test("a tool of a type that Playbill does not know is written as it is", async () => {
  await using api = await synced();
  const mcp = { type: "mcp", server_label: "docs", allowed: ["a", { b: null }] };
  edit(api, { tools: [wire("Finds an order."), { type: "code_interpreter" }, mcp] });
  expect((await pull(api)).exitCode).toBe(0);
  expect(await fileOf(api, "assistants/support.yaml")).toContain("raw:");
  await isPlanEmpty(api);
});

test("what the files changed too is not overwritten", async () => {
  await using api = await synced();
  edit(api, { temperature: 0.7 });
  await api.project.write("assistants/support.yaml", support.replace("0.2", "0.4"));
  const { exitCode, stderr } = await pull(api);
  expect([exitCode, stderr]).toEqual([
    3,
    expect.stringContaining("error[conflict]: assistant.support: temperature was changed both"),
  ]);
});

test("pull writes nothing without a yes, and nothing at the target ever", async () => {
  await using api = await synced();
  edit(api, { temperature: 0.7 });
  const before = api.requests.length;
  const asked = await run(api.project.path, ["pull", "assistant.support"]);
  expect([asked.exitCode, asked.output]).toEqual([3, expect.stringContaining("+ temperature: 0.7")]);
  const dry = await run(api.project.path, ["pull", "assistant.support", "--dry-run"]);
  expect([dry.exitCode, dry.output]).toEqual([0, expect.stringContaining("Nothing was written.")]);
  const no = await run(api.project.path, ["pull", "assistant.support"], { ask: async () => "no" });
  expect(no.exitCode).toBe(1);
  expect(await fileOf(api, "assistants/support.yaml")).toBe(support);
  expect(api.requests.slice(before).filter((each) => !each.startsWith("GET"))).toEqual([]);
});

test("what holds a sensitive variable is not written into a file", async () => {
  const api = await startKept();
  await using _api = api;
  const settings = await fileOf(api, "playbill.yaml");
  await api.project.write("playbill.yaml", `${settings}vars: { sensitive: [word], word: swordfish-7 }\n`);
  const yaml = "model: gpt-4o\ndescription: The word is ${{ vars.word }}.\n";
  await api.project.write("assistants/support.yaml", yaml);
  await run(api.project.path, ["sync", "--yes"]);
  edit(api, { description: "The word is swordfish-7!" });
  const { exitCode, output } = await pull(api);
  expect([exitCode, output]).toEqual([4, expect.stringContaining("error[not_pulled]")]);
  expect(output).not.toContain("swordfish-7");
  expect(await fileOf(api, "assistants/support.yaml")).toBe(yaml);
});

test("a text or a function that other assistants have too is not changed for them", async () => {
  const other = "model: gpt-4o\nname: other\ninstructions: { file: support.md }\ntools: [{ function: lookup }]\n";
  await using api = await synced();
  await api.project.write("assistants/other.yaml", other);
  edit(api, { instructions: "Other.\n", tools: [wire("Finds all."), { type: "code_interpreter" }] });
  const { exitCode, stderr } = await pull(api);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("assistants/support.md is a part of assistant.other, assistant.support");
  expect(stderr).toContain("assistants/tools/lookup.yaml is also used by assistant.other");
  expect(await fileOf(api, "assistants/support.md")).toBe("# Tone\r\nBe kind.\r\n");
});

test("a key of metadata that comes from elsewhere removes none of the others", async () => {
  await using api = await synced({
    "assistants/support.yaml": `x-base: &base { metadata: { team: orders, tier: gold } }\n<<: *base\nmodel: gpt-4o\n`,
  });
  edit(api, { metadata: { ...asObject(api.object("asst_made").metadata), team: "sales" } });
  const { exitCode, output } = await pull(api);
  expect(exitCode, output).toBe(0);
  expect(await fileOf(api, "assistants/support.yaml")).toContain("metadata:\n  team: sales\n  tier: gold\n");
  await isPlanEmpty(api);
});

test("a part is distinguished from one with expressions, which is not edited itself", async () => {
  const yaml = "model: gpt-4o\nexpressions: true\ninstructions:\n  - Hello ${{ vars.who }}.\n  - Be brief.\n";
  const settings = (base: string) => `${base}vars: { who: me }\n`;
  const api = await startKept();
  await using _api = api;
  await api.project.write("playbill.yaml", settings(await fileOf(api, "playbill.yaml")));
  await api.project.write("assistants/support.yaml", yaml);
  expect((await run(api.project.path, ["sync", "--yes"])).exitCode).toBe(0);
  edit(api, { instructions: "Hello me.\n\nBe very brief." });
  const { exitCode, output } = await pull(api);
  expect(exitCode, output).toBe(0);
  expect(await fileOf(api, "assistants/support.yaml")).toBe(yaml.replace("Be brief", "Be very brief"));
  await run(api.project.path, ["sync", "--yes"]);
  edit(api, { instructions: "Hello you.\n\nBe very brief." });
  expect((await pull(api)).stderr).toContain("its text has expressions");
});

test("what a text file cannot hold is not written into one", async () => {
  await using api = await synced();
  edit(api, { instructions: "\uFEFFBe kind." });
  const { exitCode, stderr } = await pull(api);
  expect([exitCode, stderr]).toEqual([
    4,
    expect.stringContaining("error[not_pulled]: assistant.support: instructions cannot be pulled"),
  ]);
  expect(await fileOf(api, "assistants/support.md")).toBe("# Tone\r\nBe kind.\r\n");
});
