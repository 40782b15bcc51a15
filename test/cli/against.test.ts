import { execFileSync } from "node:child_process";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const scenario = `
assistant: desk
tools: { lookup: [{ module: ./stub.ts }] }
turns:
  - user: Where is it?
    script: [{ call: lookup, with: {} }, { say: "It is \${{ tools.lookup.result }}." }]
    expect: { tools: [lookup], reply: { contains: [late, It] } }
`;

async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/desk.yaml", "model: gpt-4o-mini\ntools: [{ function: lookup }]\n");
  await folder.write("assistants/tools/lookup.yaml", "parameters: { type: object }\nhandler: ./lookup.ts\n");
  await folder.write("assistants/tools/lookup.ts", 'export default () => "late";\n');
  await folder.write("scenarios/late.yaml", scenario);
  await folder.write("scenarios/stub.ts", 'export default () => "late";\n');
  await folder.write(
    "scenarios/other.yaml",
    scenario.replace("module: ./stub.ts", "handler: true").replace("Where", "When"),
  );
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "x");
  return folder;
}

function git({ path }: TemporaryFolder, ...args: string[]): void {
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: path });
}

test("a suite that is as strict as it was passes", async () => {
  await using folder = await project();
  await folder.write("scenarios/late.yaml", scenario.replace("[late, It]", "[late, It, is]"));
  // A process that was killed leaves its folder behind.
  await folder.write(".playbill/against-old/playbill.yaml", "project: desk\n");
  await utimes(join(folder.path, ".playbill/against-old"), 0, 0);
  const outcome = await run(folder.path, ["test", "--against", "main"]);
  expect(outcome).toMatchObject({ exitCode: 0 });
  expect(outcome.stdout).toContain("2 passed");
  expect(outcome.stdout).toMatch(/no expectation of main \([0-9a-f]{8}\) was removed or weakened/);
  expect((await readdir(join(folder.path, ".playbill"))).toSorted()).toEqual([".gitignore", "runs"]);
});

test("a suite that passes because it was emptied is reported, with places, and does not pass", async () => {
  await using folder = await project();
  await folder.write("scenarios/late.yaml", scenario.replace("[late, It]", "[It]").replace("tools: [lookup], ", ""));
  execFileSync("git", ["rm", "-q", "scenarios/other.yaml"], { cwd: folder.path });
  const outcome = await run(folder.path, ["test", "--against", "main"]);
  expect(outcome).toMatchObject({ exitCode: 3 });
  expect(outcome.stdout).toContain("2 passed");
  expect(outcome.stdout).toMatch(/3 expectations of main \(.{8}\) removed or weakened:/);
  expect(outcome.stdout).toMatch(/removed {3}late {2}"late" {2}\(scenarios\/late.yaml:7 of main/);
  expect(outcome.stdout).toMatch(/removed {3}other {2}the scenario {2}\(scenarios\/other.yaml:4 of main/);
  const { stdout } = await run(folder.path, ["test", "--against", "HEAD", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ against: { losses: [{ scenario: "late", how: "removed" }, {}, {}] } });
});

test("what the working tree's tools do is judged by what was expected, with the stubs of then", async () => {
  await using folder = await project();
  const lost = (text: string) => text.replace("[late, It]", "[lost, It]");
  await folder.write("scenarios/late.yaml", lost(scenario));
  await folder.write("scenarios/stub.ts", 'export default () => "lost";\n');
  await folder.write("assistants/tools/lookup.ts", 'export default () => "lost";\n');
  const outcome = await run(folder.path, ["test", "--against", "main", "--reporter", "junit=out.xml"]);
  expect(outcome).toMatchObject({ exitCode: 1 });
  expect(outcome.stdout).toContain("1 passed, 1 failed");
  expect(outcome.stdout).toContain("--against main --id other");
  expect(await readdir(folder.path)).toContain("out.xml");
});

test.each([
  [["--against", "nowhere"], "unknown_commit"],
  [["--against", "main", "--deployed"], "bad_flag"],
])("%s is refused", async (flags, code) => {
  await using folder = await project();
  const outcome = await run(folder.path, ["test", ...flags]);
  expect(outcome).toMatchObject({ exitCode: 4, stderr: expect.stringContaining(`error[${code}]`) as string });
});
