import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formsOf, sensitiveShown } from "../../src/kit/secrets.ts";
import { openSnapshot } from "../../src/api/snapshots.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const first = `Blue|Heron <42> "quoted" & \`so\` on`;
const lines = "first-line-of-it\nsecond-line-of-it";
const second = "green_Woodpecker*77";

/** Every form of a value, and what is left of it when a text is cut or compared word by word. */
function formsLeft(values: readonly string[]): string[] {
  const pieces = values.flatMap((value) => value.split(/[\s|<>"&`_*]+/)).filter((piece) => piece.length > 4);
  return [...values.flatMap(formsOf), ...pieces].filter((form) => form.length > 4);
}

async function projectWith(values: { code: string; key: string }, more: Record<string, string> = {}) {
  const folder = await temporaryFolder();
  const filler = Array.from({ length: 30 }, (_, index) => `Rule ${index} of the desk.`).join("\n");
  const files = {
    ...settingsWith(values),
    "assistants/a.yaml": `model: m
name: "Desk \${{ vars.code.substring(0, 11) }}"
description: "\${{ vars.code }}"
instructions: { file: a.md }
expressions: true
metadata: { note: "\${{ vars.keys.main }}", plain: b }
`,
    "assistants/a.md": `# Rules\n${filler}\nThe code is \${{ vars.code }}, the key is:\n\${{ vars.keys.main }}\n${filler}\n`,
    "scenarios/hi.yaml": `assistant: a
turns:
  - user: "Is it \${{ vars.code }}?"
    script: [{ say: "It is not \${{ vars.code }}, it is \${{ vars.keys.main }}" }]
    expect: { reply: { contains: "\${{ vars.code }} and more" } }
`,
    ...more,
  };
  for (const [path, text] of Object.entries(files)) await folder.write(path, text);
  return folder;
}

const settingsWith = ({ code, key }: { code: string; key: string }) => ({
  "playbill.yaml": `project: desk
vars:
  sensitive: [code, keys]
  code: ${JSON.stringify(code)}
  keys: { main: ${JSON.stringify(key)} }
targets:
  local: { api: assistants, server: embedded, model: script }
`,
});

async function filesOf({ path }: TemporaryFolder, isLeftOut: (name: string) => boolean): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile() && !isLeftOut(each.name));
  return (await Promise.all(files.map((each) => readFile(join(each.parentPath, each.name), "utf8")))).join("\n");
}

const commands = [
  ["validate"],
  ["validate", "--json"],
  ["plan"],
  ["plan", "--full"],
  ["plan", "--json"],
  ["plan", "--format", "markdown"],
  ["plan", "--out", "saved.json"],
  ["sync", "saved.json", "--yes"],
  ["plan", "--full"],
  ["test"],
  ["test", "--verbose", "--reporter", "list", "--reporter", "junit=junit.xml", "--reporter", "json=results.json"],
  ["test", "--json"],
  ["state", "list"],
  ["state", "show", "assistant.a"],
  ["pull", "assistant.a"],
  ["destroy"],
];

/** Runs commands; none says a form of the values, or writes one into a file besides the server's own state. */
async function runAll(folder: TemporaryFolder, values: readonly string[], argvs: readonly string[][]): Promise<string> {
  const forms = formsLeft(values);
  const own = new Set(["playbill.yaml", "local.db", "local.db-wal", "local.db-shm"]);
  let all = "";
  for (const argv of argvs) {
    const { output } = await run(folder.path, argv);
    const said = output + (await filesOf(folder, (name) => own.has(name)));
    expect(forms.filter((form) => said.includes(form)).map((form) => [argv.join(" "), form])).toEqual([]);
    all += output;
  }
  return all;
}

describe("sensitive values", () => {
  test("are in no output of any command, whether they are new, changed or given up", async () => {
    await using folder = await projectWith({ code: first, key: lines });
    const made = await runAll(folder, [first, lines], commands);
    expect(made).toContain(sensitiveShown(first));
    expect(made).toContain("The code is (sensitive, sha256");
    const changed = { code: second, key: `${lines}\nthird-line-of-it` };
    await folder.write("playbill.yaml", settingsWith(changed)["playbill.yaml"]);
    expect(await runAll(folder, [first, lines, second], commands)).toContain(sensitiveShown(second));
    // Neither marked nor used any more: the lock says that what is there is sensitive.
    await folder.write("playbill.yaml", "project: desk\n");
    await folder.write("assistants/a.yaml", "model: m\ninstructions: Be calm.\n");
    await folder.write(
      "scenarios/hi.yaml",
      "assistant: a\nturns: [{ user: Hi, script: [{ say: a }] }]\nobserve: true\n",
    );
    const given = [
      ["plan", "--full"],
      ["plan", "--json"],
      ["plan", "--format", "markdown"],
      ["state", "show", "assistant.a"],
      ["destroy", "--yes", "--allow-deletes", "1"],
    ];
    await runAll(folder, [second], given);
    await folder.write("assistants/b.yaml", "model: n\n");
    expect((await run(folder.path, ["validate"])).output).toContain("valid");
  });

  test("are in none either when they are so long that a failure cuts them", async () => {
    const code = Array.from({ length: 60 }, (_, index) => `Part${index}`).join("-");
    await using folder = await projectWith({ code, key: lines });
    await folder.write(
      "assistants/tools/t.yaml",
      "parameters: { type: object, properties: { code: { type: string } } }\n",
    );
    await folder.write("assistants/b.yaml", "model: m\ntools: [{ function: t }]\n");
    await folder.write(
      "scenarios/calls.yaml",
      `assistant: b
tools: { t: [{ return: done }] }
turns:
  - user: Go on
    script:
      - { call: t, with: { code: "some words before it: \${{ vars.code }} and some after it" } }
      - { say: "x \${{ vars.code }} y" }
    expect:
      reply: { matches: "^\${{ vars.code }}$", not_contains: "\${{ vars.code }}", words: { $lte: 1 } }
      tools: [{ t: { args: { code: other } } }]
`,
    );
    const forms = [...code.matchAll(/Part\d+-Part\d+/g)].map(([form]) => form);
    const all = await runAll(folder, [lines], commands);
    expect(forms.filter((form) => all.includes(form))).toEqual([]);
    expect(all).toContain(sensitiveShown(code));
  });

  test("a changed value is a change, the same one is none", async () => {
    await using folder = await projectWith({ code: first, key: lines });
    await run(folder.path, ["sync", "--yes"]);
    expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
    await folder.write("playbill.yaml", settingsWith({ code: second, key: lines })["playbill.yaml"]);
    const { output, exitCode } = await run(folder.path, ["plan", "--detailed-exitcode"]);
    expect(exitCode).toBe(2);
    expect(output).toContain(`~ description: "(sensitive, sha256`);
    expect(output).not.toContain("metadata");
  });

  test("a snapshot has them encrypted, and restores them", async () => {
    await using folder = await projectWith({ code: first, key: lines });
    await run(folder.path, ["sync", "--yes"]);
    await folder.write("playbill.yaml", settingsWith({ code: second, key: lines })["playbill.yaml"]);
    await run(folder.path, ["sync", "--yes"]);
    const [name = ""] = await readdir(join(folder.path, ".playbill/snapshots"));
    const kept: unknown = JSON.parse(await readFile(join(folder.path, ".playbill/snapshots", name), "utf8"));
    expect(kept).toMatchObject({ model: "m", metadata: { plain: "b" } });
    expect(JSON.stringify(kept)).not.toContain("Heron");
    expect(openSnapshot({ env: {} }, folder.path, kept)).toMatchObject({
      description: first,
      metadata: { note: lines },
    });
    await runAll(
      folder,
      [first, lines, second],
      [
        ["restore", "--list"],
        ["restore", `.playbill/snapshots/${name}`, "--yes"],
      ],
    );
    await folder.write("playbill.yaml", settingsWith({ code: first, key: lines })["playbill.yaml"]);
    expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
    const other = () => openSnapshot({ env: { PLAYBILL_SNAPSHOT_KEY: "other" } }, folder.path, kept);
    expect(other).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ code: "sealed_snapshot" })] }),
    );
  });
});

describe("what cannot be sensitive", () => {
  test.each([
    ["a short text", "{ sensitive: [code], code: abc }", "cannot_hide playbill.yaml:2"],
    ["a plain word", "{ sensitive: [code], code: secret }", "cannot_hide playbill.yaml:2"],
    ["a number", "{ sensitive: [code], code: 1234567 }", "cannot_hide playbill.yaml:2"],
    ["what is in a list", "{ sensitive: [code], code: [long-enough-1, 1] }", "cannot_hide playbill.yaml:2"],
    ["a name that is none", "{ sensitive: [cod], code: long-enough-1 }", "unknown_reference playbill.yaml:2"],
    ["what is not a list", "{ sensitive: code, code: long-enough-1 }", "wrong_type playbill.yaml:2"],
  ])("%s", async (_what, vars, expected) => {
    await using folder = await temporaryFolder();
    await folder.write("playbill.yaml", `project: desk\nvars: ${vars}\n`);
    const { stdout, exitCode } = await run(folder.path, ["validate", "--json"]);
    const { problems } = JSON.parse(stdout) as { problems: { code: string; place: { file: string; line: number } }[] };
    expect(problems.map(({ code, place }) => `${code} ${place.file}:${place.line}`)).toEqual([expected]);
    expect(exitCode).toBe(4);
  });

  test("an empty one is nothing to hide, and a target's is looked at when the target is used", async () => {
    await using folder = await temporaryFolder();
    await folder.write(
      "playbill.yaml",
      'project: desk\nvars: { sensitive: [code], code: "" }\ntargets: { prod: { api: assistants, server: embedded, vars: { code: "${CODE}" } } }\n',
    );
    await folder.write("assistants/a.yaml", 'model: m\ninstructions: "Code: ${{ vars.code }}."\n');
    const env = (CODE: string) => ({ env: { PATH: process.env.PATH, CODE } });
    expect((await run(folder.path, ["validate"])).exitCode).toBe(0);
    expect((await run(folder.path, ["plan", "--full"], env(""))).output).toContain("Code: .");
    const { exitCode, output } = await run(folder.path, ["plan"], env("abc"));
    expect([exitCode, output.includes("error[cannot_hide]")]).toEqual([4, true]);
  });
});

test.each([
  ["an unknown key beside it", `project: desk\nvars: { sensitive: [code], code: ${JSON.stringify(second)} }\nx: 1\n`],
  ["a fault on its line", `project: desk\nvars: { sensitive: [code], code: ${second}, "a b": 1 }\n`],
  ["broken YAML", `project: desk\nvars:\n  sensitive: [code]\n  code: ${second}: x\n  b: [\n`],
  ["broken YAML and a list", `project: desk\nvars:\n  sensitive:\n    - code\n  code: '${second}' x\n`],
  ["a long line", `project: desk\nvars: { sensitive: [code], pad: "${"x".repeat(70)}", code: ${second}, "a b": 1 }\n`],
])("a problem does not show the value: %s", async (_what, settings) => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", settings);
  for (const argv of [["validate"], ["validate", "--json"], ["plan"]]) {
    const { output, exitCode } = await run(folder.path, argv);
    expect(exitCode).toBe(4);
    expect(formsLeft([second]).filter((form) => output.includes(form))).toEqual([]);
  }
});
