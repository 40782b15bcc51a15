import { existsSync, readFileSync, readdirSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type TemplateName, templateNames } from "../../src/cli/init/templates.ts";
import { withPlaybill } from "../../src/cli/init/manifest.ts";
import { schemaOf } from "../project/schema-of.ts";
import { type Outcome, type TemporaryFolder, createTestWorld, run, temporaryFolder } from "./run.ts";
import { main } from "../../src/cli/main.ts";
import { startServe } from "./serving.ts";
import type { World } from "../../src/cli/world.ts";

const workflow = ".github/workflows/playbill.yaml";
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1));

/** Types the commands that are printed under "Next", one after the other, answering "yes". */
async function typeNext(cwd: string, printed: string, more: Partial<World> = {}): Promise<Outcome[]> {
  const [, lines = ""] = /^Next.*:\n([^]*)/m.exec(printed) ?? [];
  const outcomes: Outcome[] = [];
  let folder = cwd;
  for (const line of lines.trim().split("\n")) {
    const [command, ...argv] = line.trim().split(" ");
    if (command === "cd") folder = join(folder, argv[0]!);
    else outcomes.push(await run(folder, argv, { ask: async () => "yes", ...more }));
  }
  return outcomes;
}

/** Starts `init` at a terminal where these answers are typed. */
async function atTerminal(
  cwd: string,
  argv: string[],
  answers: (string | null)[],
  env: World["env"] = {},
): Promise<Outcome> {
  const { world, text } = createTestWorld(cwd, {
    env,
    ask: async (question) => {
      world.stderr.write(question);
      const answer = answers.shift();
      return answer === undefined ? expect.fail(`nobody answers ${question}`) : answer;
    },
  });
  world.stdout.isTTY = true;
  const exitCode = await main(["init", ...argv], world);
  expect(answers).toEqual([]);
  return { exitCode, stdout: text("stdout"), stderr: text("stderr"), output: text() };
}

describe.each(templateNames)("the template %s", (name) => {
  let folder: TemporaryFolder;
  let written: Outcome;
  beforeAll(async () => {
    folder = await temporaryFolder();
    written = await run(folder.path, ["init", "desk", "--template", name]);
    return () => folder[Symbol.asyncDispose]();
  });

  test("is written, and what it prints as next steps works as printed", async () => {
    expect(written).toMatchObject({ exitCode: 0, stderr: "" });
    const outcomes = await typeNext(folder.path, written.stdout);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const desk = join(folder.path, "desk");
    expect(await run(desk, ["validate"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await run(desk, ["plan", "--detailed-exitcode"])).toMatchObject({ exitCode: 0 });
  });

  test("has the schema's line in every YAML file, and passes scenarios exactly where it has assistants", () => {
    const desk = join(folder.path, "desk");
    const yaml = filesIn(desk).filter((path) => path.endsWith(".yaml") && !path.startsWith("."));
    expect(yaml).toContain("playbill.yaml");
    for (const path of yaml) {
      const [, named = ""] =
        /^# yaml-language-server: \$schema=(.+)\n/.exec(readFileSync(join(desk, path), "utf8")) ?? [];
      expect(join(dirname(path), named), path).toBe(schemaOf(path));
      expect(existsSync(join(desk, dirname(path), named)), path).toBe(true);
    }
    expect(written.stdout.includes("scenarios/")).toBe(written.stdout.includes("assistants/support.yaml"));
  });
});

describe("on a terminal", () => {
  test.each<[typed: string[], made: TemplateName]>([
    [[""], "basic"],
    [["2"], "knowledge"],
    [["responses"], "responses"],
    [["9", "knowlege", "empty"], "empty"],
  ])("%j makes %s", async (typed, made) => {
    await using folder = await temporaryFolder();
    const asked = await atTerminal(folder.path, ["a"], [...typed]);
    expect(asked).toMatchObject({ exitCode: 0 });
    await run(folder.path, ["init", "b", "--template", made]);
    const [a, b] = ["a", "b"].map((name) => filesIn(join(folder.path, name)));
    expect(a).toEqual(b);
    if (typed.length > 1) expect(asked.stderr).toContain('There is no "knowlege". Did you mean knowledge?');
  });

  test.each([
    ["--yes", ["--yes"], {}],
    ["in CI", [], { CI: "true" }],
  ])("nothing is asked with %s", async (_, argv, env) => {
    await using folder = await temporaryFolder();
    expect(await atTerminal(folder.path, argv, [], env)).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test.each([{ typed: [null] }, { typed: ["import", null] }])(
    "Ctrl-D chooses nothing, and leaves nothing behind: $typed",
    async ({ typed }) => {
      await using folder = await temporaryFolder();
      const left = await atTerminal(folder.path, ["desk"], typed);
      expect(left).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining("error[not_confirmed]: nothing was chosen"),
      });
      expect(filesIn(folder.path)).toEqual([]);
    },
  );

  test("there is no question for a folder that has a project", async () => {
    await using folder = await temporaryFolder();
    await folder.write("playbill.yaml", "project: mine\n");
    const refused = await atTerminal(folder.path, [], []);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("already has playbill.yaml")]);
  });
});

const assistant = { id: "asst_1", object: "assistant", name: "Data analyst", model: "gpt-4o", tools: [], metadata: {} };

describe("from what exists", () => {
  test("an export is imported into the new project, when it is chosen at the terminal", async () => {
    await using folder = await temporaryFolder();
    await folder.write("export.json", JSON.stringify([assistant]));
    const made = await atTerminal(folder.path, ["desk"], ["import", "export.json"]);
    expect(made).toMatchObject({ exitCode: 0 });
    expect(made.stdout).toContain("  assistants/data-analyst.yaml\n");
    const outcomes = await typeNext(folder.path, made.stdout);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(outcomes.at(-1)?.stdout).toContain("Done: 1 created.");
  });

  test("an export that cannot be read leaves nothing behind", async () => {
    await using folder = await temporaryFolder();
    await folder.write("export.json", "{");
    const refused = await run(folder.path, ["init", "desk", "--from", "export.json"]);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("--> export.json:1")]);
    expect(readdirSync(folder.path)).toEqual(["export.json"]);
  });

  test("a server's assistants come by the printed commands", async () => {
    await using folder = await temporaryFolder();
    await run(folder.path, ["init", "there", "--yes"]);
    await run(join(folder.path, "there"), ["sync", "--yes"]);
    await using server = await startServe(join(folder.path, "there"));
    await fetch(`${server.url}/v1/assistants`, {
      method: "POST",
      headers: { "content-type": "application/json", "openai-beta": "assistants=v2" },
      body: JSON.stringify({ model: "gpt-4o", name: "Made by hand" }),
    });
    const made = await run(folder.path, ["init", "desk", "--from", `${server.url}/v1`]);
    expect(made, made.output).toMatchObject({ exitCode: 0 });
    const outcomes = await typeNext(folder.path, made.stdout, { env: { OPENAI_API_KEY: "sk-any" } });
    expect(
      outcomes.map(({ exitCode }) => exitCode),
      outcomes.map(({ output }) => output).join("\n"),
    ).toEqual([0, 0]);
    expect(existsSync(join(folder.path, "desk/assistants/made-by-hand.yaml"))).toBe(true);
  });

  test.each(["nowhere", "https://user:secret@example.com/v1", "https:/example.com"])("%s is refused", async (from) => {
    await using folder = await temporaryFolder();
    expect(await run(folder.path, ["init", "--from", from])).toMatchObject({ exitCode: 4 });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe("in a folder that has files", () => {
  test("a Node project keeps its own, and gets Playbill in the same formatting", async () => {
    await using folder = await temporaryFolder();
    const own = {
      "package.json": '{\n\t"name": "shop",\n\t"devDependencies": {\n\t\t"vite": "^8.0.0"\n\t}\n}\n',
      ".gitignore": "dist\n",
    };
    for (const [path, text] of Object.entries(own)) await folder.write(path, text);
    const made = await run(folder.path, ["init"]);
    expect(made.stdout).toContain("Added playbill to devDependencies in package.json.\nLeft unchanged: .gitignore\n");
    const version = JSON.parse(readFileSync("package.json", "utf8")).version as string;
    expect(readFileSync(join(folder.path, "package.json"), "utf8")).toBe(
      own["package.json"].replace('\t\t"vite"', `\t\t"playbill": "${version}",\n\t\t"vite"`),
    );
    expect(readFileSync(join(folder.path, ".gitignore"), "utf8")).toBe(own[".gitignore"]);
    expect(await run(folder.path, ["test"])).toMatchObject({ exitCode: 0 });
  });

  test("what is in the way is named, and nothing is written", async () => {
    await using folder = await temporaryFolder();
    await folder.write("assistants/support.md", "mine\n");
    await folder.write(workflow, "mine\n");
    const refused = await run(folder.path, ["init", "."]);
    expect([refused.exitCode, refused.stderr]).toEqual([
      4,
      expect.stringContaining(`this folder already has assistants/support.md, ${workflow}; nothing was written`),
    ]);
    expect(filesIn(folder.path).toSorted()).toEqual([workflow, "assistants/support.md"]);
  });

  test("no link is followed out of the folder, and none is replaced", async () => {
    await using folder = await temporaryFolder();
    await using other = await temporaryFolder();
    await symlink(other.path, join(folder.path, "assistants"));
    const refused = await run(folder.path, ["init", "."]);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("error[outside_project]")]);
    await symlink("nowhere", join(folder.path, "playbill.yaml"));
    expect((await run(folder.path, ["init", "."])).stderr).toContain("error[file_exists]");
    expect([...readdirSync(other.path), ...filesIn(folder.path)]).toEqual([]);
  });

  test("a project that is there is not written over by --template, whatever else is asked for", async () => {
    await using folder = await temporaryFolder();
    await folder.write("playbill.yaml", "project: mine\n");
    const refused = await run(folder.path, ["init", "--template", "empty", "--skill"]);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("error[file_exists]")]);
    expect(filesIn(folder.path)).toEqual(["playbill.yaml"]);
  });

  test("where a file cannot be written, none is", async () => {
    await using folder = await temporaryFolder();
    await folder.write("scenarios", "a file where a folder has to be");
    const refused = await run(folder.path, ["init", "."]);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining("scenarios")]);
    expect(filesIn(folder.path)).toEqual(["scenarios"]);
  });
});

test.each([
  ['{\n  "name": "a"\n}\n', '{\n  "name": "a",\n  "devDependencies": {\n    "playbill": "1.0.0"\n  }\n}\n'],
  [
    '{\r\n "devDependencies": {\r\n  "a": "1"\r\n }\r\n}',
    '{\r\n "devDependencies": {\r\n  "a": "1",\r\n  "playbill": "1.0.0"\r\n }\r\n}',
  ],
  ['{"name":"a"}', '{"name":"a","devDependencies":{"playbill":"1.0.0"}}'],
  ['{ "dependencies": { "playbill": "*" } }', null],
])("package.json %j becomes %j", (before, after) => {
  const change = withPlaybill(before, "1.0.0");
  expect(change).toEqual(after === null ? { kind: "unchanged" } : { kind: "changed", text: after });
});

test.each(['{ "name": "a" }', "{ // mine\n}", "[]", ""])("package.json %j is left to its owner", (text) => {
  expect(withPlaybill(text, "1.0.0")).toEqual({ kind: "by-hand", line: '"playbill": "1.0.0"' });
});
