import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const scenario = (assistant: string, more = "") =>
  `assistant: ${assistant}\nturns: [{ user: hi, script: [{ say: hello }], expect: { reply: { contains: hello } } }]\n${more}`;

const files: Record<string, string> = {
  "playbill.yaml": "project: desk\nvars: { tone: kind, unread: 1 }\n",
  "assistants/desk.yaml": `model: gpt-4o-mini
instructions: ["Be \${{ vars.tone }}.", { file: ./shared.md }]
tools: [{ function: lookup }, { file_search: { vector_store: handbook } }]
`,
  "assistants/other.yaml": "model: gpt-4o-mini\ninstructions: [{ file: ./shared.md }]\n",
  "assistants/alone.yaml": "model: gpt-4o-mini\n",
  "assistants/shared.md": "Be brief.\n",
  "assistants/tools/lookup.yaml": "parameters: { type: object }\nhandler: ./lookup.ts\n",
  "assistants/tools/lookup.ts": 'import { rate } from "./rate.ts";\nexport default () => rate;\n',
  "assistants/tools/rate.ts": "export const rate = 1;\n",
  "assistants/vector_stores/handbook.yaml": 'files: ["./pages/*.md"]\n',
  "assistants/vector_stores/pages/leave.md": "Leave.\n",
  "scenarios/desk.yaml": scenario("desk", "tools: { lookup: [{ module: ./stub.ts }] }\n"),
  "scenarios/stub.ts": "export default () => 1;\n",
  "scenarios/other.yaml": scenario("other"),
  "scenarios/alone.yaml": scenario("alone", "matrix: { axes: { n: [1, 2] } }\n"),
};

/** A project in a Git checkout of its own, with one commit on `main`. */
async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  git(folder, "init", "-q", "-b", "main");
  commit(folder);
  return folder;
}

function git({ path }: TemporaryFolder, ...args: string[]): void {
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: path });
}

function commit(folder: TemporaryFolder): void {
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "x");
}

async function affected({ path }: TemporaryFolder, ...more: string[]): Promise<Record<string, string[]>> {
  const { stdout, stderr } = await run(path, ["test", "--list", "--json", "--affected", ...more]);
  if (stdout === "") throw new Error(stderr);
  const { scenarios } = JSON.parse(stdout) as { scenarios: { id: string; affected: string[] }[] };
  return Object.fromEntries(scenarios.map(({ id, affected }) => [id, affected]));
}

test("what a change touches is run, each with its reason", async () => {
  await using folder = await project();
  expect(await affected(folder)).toEqual({});
  const changes: [string, string, Record<string, string[]>][] = [
    ["assistants/shared.md", "Be long.\n", { desk: ["assistant's instructions"], other: ["assistant's instructions"] }],
    [
      "assistants/tools/lookup.yaml",
      "parameters: { type: object, required: [] }\ndescription: Looks.\nhandler: ./lookup.ts\n",
      { desk: ["assistant's tools.lookup"] },
    ],
    ["assistants/tools/rate.ts", "export const rate = 2;\n", { desk: ["assistants/tools/rate.ts"] }],
    ["assistants/vector_stores/pages/leave.md", "Stay.\n", { desk: ["assistant's tools.file_search"] }],
    ["scenarios/stub.ts", "export default () => 2;\n", { desk: ["scenarios/stub.ts"] }],
    [
      "scenarios/other.yaml",
      scenario("other").replace("contains: hello", "contains: hell"),
      { other: ["expectations"] },
    ],
    ["scenarios/new.yaml", scenario("other"), { new: ["new"] }],
    ["scenarios/alone.yaml", scenario("alone", "matrix: { axes: { n: [1, 3] } }\n"), { "alone[n=3]": ["new"] }],
    ["playbill.yaml", "project: desk\nvars: { tone: rude, unread: 2 }\n", { desk: ["assistant's instructions"] }],
    ["scenarios/other.yaml", `# A comment.\nname: other\n${scenario("other")}`, {}],
    ["scenarios/defaults.yaml", "# A comment.\ntags: [desk]\n", {}],
    [
      "scenarios/defaults.yaml",
      "on_fail: continue\n",
      { desk: ["on_fail"], other: ["on_fail"], "alone[n=1]": ["on_fail"], "alone[n=2]": ["on_fail"] },
    ],
    ["docs.md", "text\n", {}],
  ];
  for (const [file, text, expected] of changes) {
    await folder.write(file, text);
    expect({ file, affected: await affected(folder, "HEAD") }).toEqual({ file, affected: expected });
    if (files[file] === undefined) await rm(join(folder.path, file));
    else await folder.write(file, files[file]);
  }
});

test("a branch without a common commit with main, as in a shallow clone, is distinguished from no main branch", async () => {
  await using folder = await project();
  git(folder, "switch", "-q", "--orphan", "other");
  await folder.write("README.md", "Another history.\n");
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  commit(folder);
  const none = await run(folder.path, ["test", "--affected"]);
  expect(none.stderr).toContain("[unknown_commit]: main and the checked-out commit have no common ancestor here");
  git(folder, "branch", "-q", "-D", "main");
  expect((await run(folder.path, ["test", "--affected"])).stderr).toContain("there is no main branch to compare with");
});

test("a project may stand in a folder of the checkout, whatever its name is", async () => {
  await using top = await temporaryFolder();
  for (const [file, text] of Object.entries(files)) await top.write(`apps/my désk/${file}`, text);
  git(top, "init", "-q", "-b", "main");
  commit(top);
  const folder = { ...top, path: join(top.path, "apps/my désk") };
  expect(await affected(folder, "HEAD")).toEqual({});
  await top.write("apps/my désk/scenarios/stub.ts", "export default () => 2;\n");
  expect(await affected(folder, "HEAD")).toEqual({ desk: ["scenarios/stub.ts"] });
});

test("a branch is compared with where it left main, and an empty selection is not a failure", async () => {
  await using folder = await project();
  git(folder, "switch", "-q", "-c", "work");
  await folder.write("scenarios/other.yaml", scenario("other", "tags: [x]\nlimits: { turn: { tool_rounds: 2 } }\n"));
  commit(folder);
  git(folder, "switch", "-q", "main");
  await folder.write("scenarios/alone.yaml", scenario("alone"));
  commit(folder);
  git(folder, "switch", "-q", "work");
  expect(await affected(folder)).toEqual({ other: ["limits"] });
  const ran = await run(folder.path, ["test", "--affected"]);
  expect(ran).toMatchObject({ exitCode: 0 });
  expect(ran.stderr).toContain("1 of 4 scenarios\n  other  limits\n");
  expect(ran.stdout).toContain("1 passed");
  const none = await run(folder.path, ["test", "--affected", "work"]);
  expect(none).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^nothing is affected since work \(/) as string,
  });
});

test("a saved plan determines what is affected, through stores and files", async () => {
  await using folder = await project();
  await run(folder.path, ["sync", "--yes"]);
  await folder.write("assistants/vector_stores/pages/leave.md", "Stay.\n");
  await run(folder.path, ["plan", "--out", "plan.json"]);
  const found = await affected(folder, "plan.json");
  expect(Object.keys(found)).toEqual(["desk"]);
  expect(found.desk).toContain("update vector_store.handbook");
});

test("a commit that cannot be compared with is reported, and everything runs when it cannot be read", async () => {
  await using folder = await project();
  const unknown = await run(folder.path, ["test", "--affected", "nowhere"]);
  expect(unknown).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("error[unknown_commit]") as string });
  await folder.write("assistants/desk.yaml", "model: [\n");
  commit(folder);
  await folder.write("assistants/desk.yaml", files["assistants/desk.yaml"] ?? "");
  expect(Object.keys(await affected(folder, "HEAD"))).toHaveLength(4);
  await rm(join(folder.path, ".git"), { recursive: true });
  const bare = await run(folder.path, ["test", "--affected"], {
    env: { ...process.env, GIT_CEILING_DIRECTORIES: folder.path },
  });
  expect(bare).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("error[no_git]") as string });
});
