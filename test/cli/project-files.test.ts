import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

async function project(files: Record<string, string> = {}): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const all = {
    "playbill.yaml": "project: small\n",
    "assistants/billing.yaml": "model: gpt-4o\n",
    "scenarios/s.yaml":
      "assistant: billing\nturns: [{ user: Hi, script: [{ say: Hello }], expect: { reply: { contains: Hello } } }]\n",
    ...files,
  };
  for (const [path, text] of Object.entries(all)) await folder.write(path, text);
  return folder;
}

describe("a command needs only the files that it uses", () => {
  const broken = {
    "assistants/other.yaml": "modle: x\n",
    "assistants/vars.yaml": "model: x\nname: ${{ vars.kind }}\n",
    "playbill.yaml":
      "project: small\ntargets:\n  local: { api: assistants, server: embedded }\n  far: { api: assistants, base_url: http://far/v1, vars: { kind: a } }\ndefault_target: local\n",
    "scenarios/broken.yaml": 'assistant: "billing\n',
    "scenarios/of-vars.yaml": "assistant: vars\nturns: [{ user: Hi, expect: { reply: { contains: Hello } } }]\n",
  };

  test.each([
    [["plan", "assistant.billing"], 0],
    [["sync", "assistant.billing", "--yes"], 0],
    [["test", "scenarios/s.yaml"], 0],
    [["test", "--id", "s"], 0],
    [["state", "list"], 0],
    [["plan"], 4],
    [["plan", "assistant.other"], 4],
    [["plan", "assistant.vars"], 4],
    [["test"], 4],
    [["validate"], 4],
  ])("playbill %j: %d", async (argv, exitCode) => {
    await using folder = await project(broken);
    const result = await run(folder.path, argv);
    expect(result, result.stderr).toMatchObject({ exitCode });
  });

  test("the lock is changed while files are broken", async () => {
    await using folder = await project();
    expect(await run(folder.path, ["sync", "--yes"])).toMatchObject({ exitCode: 0 });
    await folder.write("assistants/billing.yaml", "model: [\n");
    expect((await run(folder.path, ["state", "list"])).stdout).toMatch(/^assistant\.billing {2}asst_/);
    expect(await run(folder.path, ["state", "show", "assistant.billing"])).toMatchObject({ exitCode: 0 });
    expect(await run(folder.path, ["state", "unprotect", "assistant.billing"])).toMatchObject({ exitCode: 0 });
    expect(await run(folder.path, ["state", "mv", "assistant.billing", "assistant.b"])).toMatchObject({ exitCode: 0 });
    expect(await run(folder.path, ["state", "rm", "assistant.b"])).toMatchObject({ exitCode: 0 });
  });
});

describe("links out of the project are refused", () => {
  test.each([
    ".playbill",
    ".playbill/locks",
    ".playbill/local.db",
    ".playbill/evidence/a.json",
    "scenarios/recordings",
  ])("%s", async (path) => {
    await using elsewhere = await temporaryFolder();
    await using folder = await project();
    mkdirSync(join(folder.path, path, ".."), { recursive: true });
    symlinkSync(elsewhere.path, join(folder.path, path));
    for (const argv of [["plan"], ["sync", "--yes"], ["test"], ["state", "list"]]) {
      const { exitCode, stderr } = await run(folder.path, argv);
      expect(exitCode).toBe(4);
      expect(stderr).toContain(`error[outside_project]: "${path}" is a link out of the project`);
    }
  });

  test("the packages of a target", async () => {
    await using elsewhere = await temporaryFolder();
    await using folder = await project({
      "playbill.yaml": "project: small\ntargets:\n  local: { api: assistants, server: embedded, packages: wheels }\n",
    });
    symlinkSync(elsewhere.path, join(folder.path, "wheels"));
    const { exitCode, stderr } = await run(folder.path, ["test"]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('error[outside_project]: "wheels" is outside the project');
    expect(stderr).toContain("playbill.yaml:3:");
  });
});

test.each(["", "*", "!locks/\n"])("an ignore file that was cut off to %j is written again", async (left) => {
  await using folder = await project();
  const file = join(folder.path, ".playbill/.gitignore");
  mkdirSync(join(folder.path, ".playbill"));
  writeFileSync(file, left);
  expect(await run(folder.path, ["test"])).toMatchObject({ exitCode: 0 });
  expect(readFileSync(file, "utf8").split("\n")).toContain("*");
});

describe("a file that is nested too deep is a problem, whatever its kind", () => {
  const depth = 20_000;
  const list = "[".repeat(depth) + "]".repeat(depth);
  const schema = '{"items":'.repeat(700) + "{}" + "}".repeat(700);

  test.each([
    [
      "a schema of a response",
      {
        "assistants/billing.yaml": "model: m\nresponse_format: { json_schema: { file: s.json } }\n",
        "assistants/s.json": schema,
      },
      ["validate"],
      /too_deep\][\s\S]*assistants\/s\.json:1:/,
    ],
    [
      "a list where a schema should be",
      {
        "assistants/billing.yaml": "model: m\nresponse_format: { json_schema: { file: s.json } }\n",
        "assistants/s.json": list,
      },
      ["validate"],
      /too_deep\]/,
    ],
    [
      "a schema of a reply",
      {
        "scenarios/s.yaml":
          "assistant: billing\nturns: [{ user: Hi, expect: { reply: { json: { schema: s.json } } } }]\n",
        "scenarios/s.json": schema,
      },
      ["validate"],
      /too_deep\][\s\S]*scenarios\/s\.json:1:/,
    ],
    [
      "YAML",
      { "assistants/billing.yaml": `model: ${list}\n` },
      ["validate"],
      /too_deep\][\s\S]*assistants\/billing\.yaml:1:/,
    ],
    [
      "a recording",
      {
        "playbill.yaml": "project: small\ntargets:\n  local: { api: assistants, server: embedded, model: replay }\n",
        "scenarios/recordings/r.yaml": `turns: ${list}\n`,
      },
      ["test"],
      /too_deep\][\s\S]*recordings\/r\.yaml:1:/,
    ],
    ["a lock", { ".playbill/local.lock.json": `{"resources":${list}}` }, ["state", "list"], /malformed_lock\]/],
    [
      "a saved plan",
      { "plan.json": `{"format_version":2,"resources":${list}}` },
      ["sync", "plan.json"],
      /malformed_plan\]/,
    ],
  ])("%s", async (_, files, argv, message) => {
    await using folder = await project(files);
    const { exitCode, stderr } = await run(folder.path, argv);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(4);
  });
});
