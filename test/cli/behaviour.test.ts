import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const scenario = (reply: string, call = "") =>
  `assistant: desk\ntools: { lookup: [{ return: { status: late } }] }\nturns: [{ user: hi, script: [${call}{ say: ${reply} }], expect: { reply: { contains: hello, not_contains: bye } } }]\n`;

const files: Record<string, string> = {
  "playbill.yaml": "project: desk\n",
  "assistants/desk.yaml": "model: gpt-4o-mini\ninstructions: Be kind.\ntools: [{ function: lookup }]\n",
  "assistants/tools/lookup.yaml": "description: Looks.\nparameters: { type: object }\n",
  "scenarios/greets.yaml": scenario("hello"),
  "scenarios/looks.yaml": scenario("hello"),
};

async function git({ path }: TemporaryFolder, ...args: string[]): Promise<void> {
  const identity = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"];
  await promisify(execFile)("git", [...identity, ...args], { cwd: path });
}

/** A project on its main branch, in a state that was tested by this command line. */
async function project(...command: string[]): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  const { exitCode, output } = await run(folder.path, command);
  expect(exitCode, output).toBe(0);
  await git(folder, "init", "--quiet", "--initial-branch", "main");
  await git(folder, "add", "--all", "--force");
  await git(folder, "commit", "--quiet", "--message", "one");
  await git(folder, "checkout", "--quiet", "-b", "change");
  return folder;
}

const edit = async (folder: TemporaryFolder) => {
  await folder.write("assistants/desk.yaml", files["assistants/desk.yaml"]!.replace("kind", "brief"));
  await folder.write("scenarios/greets.yaml", scenario("goodbye"));
  await folder.write("scenarios/looks.yaml", scenario("hello", "{ call: lookup, with: {} }, "));
};

const behaviour = ["plan", "--behaviour", "--format", "markdown"];

test("behaviour is compared with the evidence of the commit, also where only the commit has it", async () => {
  await using folder = await project("test");
  await rm(join(folder.path, ".playbill"), { recursive: true });
  await edit(folder);
  const before = await run(folder.path, behaviour);
  expect(before).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("unknown: 2 not run") as string });
  expect((await run(folder.path, ["test"])).exitCode).toBe(1);
  const { stdout } = await run(folder.path, behaviour);
  expect(stdout).toMatch(/\*\*Behaviour\*\* since main \([0-9a-f]{8}\): worse: 1 new failure, 1 passes differently\n/);
  expect(stdout).toContain("<code>greets</code> passed -&#62; failed");
  expect(stdout).toContain("- turn 1: reply: held -> failed");
  expect(stdout).toContain("+ turn 1 calls lookup");
  expect(stdout).not.toMatch(/goodbye|Be brief\. [^]*<code>greets/);
  // The plan itself, and its hash, are the same.
  const hash = /Plan hash: `\w+`/;
  expect(hash.exec(stdout)?.[0]).toBe(
    hash.exec((await run(folder.path, ["plan", "--format", "markdown"])).stdout)?.[0],
  );
  const { stdout: json } = await run(folder.path, ["plan", "--behaviour", "main", "--json"]);
  expect(JSON.parse(json)).toMatchObject({ behaviour: { kind: "compared", untouched: 0, losses: [] } });
});

test("without evidence, recordings of both sides are used", async () => {
  await using folder = await project("test", "--record");
  await git(folder, "rm", "--quiet", "-r", "--cached", ".playbill");
  await git(folder, "commit", "--quiet", "--amend", "--message", "one");
  await git(folder, "branch", "--force", "main");
  await edit(folder);
  await run(folder.path, ["test", "--record"]);
  await rm(join(folder.path, ".playbill"), { recursive: true });
  const { stdout, exitCode } = await run(folder.path, ["plan", "--behaviour"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/looks {2}passed in its recording -> passed in its recording\n/);
  expect(stdout).toContain("+ turn 1 calls lookup");
  // A recording of an assistant that is another one now shows nothing.
  await folder.write("assistants/desk.yaml", files["assistants/desk.yaml"]!.replace("kind", "slow"));
  const stale = await run(folder.path, ["plan", "--behaviour"]);
  expect(stale.stdout).toMatch(/\? looks {2}not run: assistant's instructions/);
});

test("expectations that were removed are a part of it, and make the verdict", async () => {
  await using folder = await project("test");
  await folder.write("scenarios/greets.yaml", files["scenarios/greets.yaml"]!.replace(", not_contains: bye", ""));
  await run(folder.path, ["test"]);
  const { stdout } = await run(folder.path, ["plan", "--behaviour"]);
  expect(stdout).toMatch(/expects less: 1 as before, 1 expectation removed or weakened, 1 not affected/);
  expect(stdout).toContain("removed   greets");
});

test.each([
  ["the base", "main"],
  ["the files", "HEAD"],
])("when %s cannot be read the plan is there all the same, and says so", async (side, reference) => {
  await using folder = await project("test");
  const good = files["scenarios/greets.yaml"]!;
  await folder.write("scenarios/greets.yaml", "assistant: nobody\nturns: []\n");
  if (side === "the base") {
    await git(folder, "commit", "--quiet", "--all", "--message", "broken");
    await git(folder, "branch", "--force", "main");
    await folder.write("scenarios/greets.yaml", good);
  }
  const { stdout, exitCode } = await run(folder.path, ["plan", "--behaviour", reference]);
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringMatching(/Plan: 1 to create\.\n\nBehaviour since .*: unknown: /),
  ]);
});

test("a commit that Git does not have is refused before anything is shown", async () => {
  await using folder = await project("test");
  const { stdout, stderr, exitCode } = await run(folder.path, ["plan", "--behaviour", "nowhere"]);
  expect([exitCode, stdout]).toEqual([4, ""]);
  expect(stderr).toContain("unknown_commit");
});
