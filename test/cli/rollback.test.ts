import { execFileSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const files: Record<string, string> = {
  "playbill.yaml": "project: desk\n",
  "assistants/desk.yaml": "model: gpt-4o-mini\ninstructions: Be kind.\n",
  "scenarios/hello.yaml":
    "assistant: desk\nturns: [{ user: hi, script: [{ say: hello }], expect: { reply: { contains: hello } } }]\n",
};

/** Indexing takes most of the time of a run, so only those have knowledge that are about it. */
const knowledge: Record<string, string> = {
  "assistants/desk.yaml":
    "model: gpt-4o-mini\ninstructions: Be kind.\ntools: [{ file_search: { vector_store: handbook } }]\n",
  "assistants/vector_stores/handbook.yaml": 'files: ["./pages/*.md"]\n',
  "assistants/vector_stores/pages/leave.md": "Leave.\n",
};

function git({ path }: TemporaryFolder, ...args: string[]): string {
  const options = {
    cwd: path,
    encoding: "utf8" as const,
    stdio: ["ignore", "pipe", "ignore"] as ["ignore", "pipe", "ignore"],
  };
  return execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], options).trim();
}

/** A project whose second commit was synced after the first, which was tested. */
async function project(more: Record<string, string> = {}): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const first = { ...files, ...more };
  for (const [file, text] of Object.entries(first)) await folder.write(file, text);
  await folder.write(".gitignore", ".playbill/\n");
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "first");
  expect(await run(folder.path, ["sync", "--gate", "--yes"])).toMatchObject({ exitCode: 0 });
  await folder.write("assistants/desk.yaml", first["assistants/desk.yaml"]!.replace("kind", "rude"));
  if (more === knowledge) await folder.write("assistants/vector_stores/pages/leave.md", "No leave.\n");
  git(folder, "commit", "-q", "-a", "-m", "second");
  expect(await run(folder.path, ["sync", "--yes"])).toMatchObject({ exitCode: 0 });
  return folder;
}

async function lives({ path }: TemporaryFolder): Promise<string> {
  const { stdout } = await run(path, ["state", "show", "assistant.desk"]);
  const { live, entry } = JSON.parse(stdout) as {
    live: { wire: { instructions: string } };
    entry: { proof?: string };
  };
  return `${live.wire.instructions} ${entry.proof?.split(":")[0] ?? "-"}`;
}

test("a rollback puts back what the commit before declares, with its knowledge and its evidence", async () => {
  await using folder = await project(knowledge);
  expect(await lives(folder)).toBe("Be rude. -");
  const done = await run(folder.path, ["rollback", "--require-tested", "--yes"]);
  expect(done.exitCode, done.output).toBe(0);
  expect(done.stdout).toContain("tested by 1 scenario");
  expect(await lives(folder)).toBe("Be kind. tested");
  // The files say something else: that is told, and not undone unasked.
  expect(await run(folder.path, ["sync", "--yes"])).toMatchObject({ exitCode: 3 });
  expect(await lives(folder)).toBe("Be kind. tested");
  git(folder, "revert", "--no-edit", "HEAD");
  const { exitCode, output } = await run(folder.path, ["plan", "--expect-no-changes"]);
  expect(exitCode, output).toBe(0);
});

test("an untested version is refused with --require-tested, and a reason allows it", async () => {
  await using folder = await project();
  await folder.write("scenarios/hello.yaml", files["scenarios/hello.yaml"]!.replace("hi", "hello"));
  git(folder, "commit", "-q", "-a", "-m", "third");
  await folder.write("assistants/desk.yaml", files["assistants/desk.yaml"]!.replace("kind", "quick"));
  git(folder, "commit", "-q", "-a", "-m", "fourth");
  await run(folder.path, ["sync", "--yes"]);
  const back = ["rollback", "--to", "HEAD~1", "--require-tested", "--yes"];
  expect(await run(folder.path, back)).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining("[untested]: assistant.desk") as string,
  });
  expect(await run(folder.path, [...back, "--allow-untested", "down"])).toMatchObject({ exitCode: 0 });
  expect(await lives(folder)).toBe("Be rude. untested");
});

test("an object of the newer commit is confirmed too when its knowledge is rolled back", async () => {
  await using folder = await project(knowledge);
  await folder.write("assistants/new.yaml", knowledge["assistants/desk.yaml"]!.replace("kind", "new"));
  await folder.write("scenarios/new.yaml", files["scenarios/hello.yaml"]!.replace("desk", "new"));
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "third");
  expect(await run(folder.path, ["sync", "--gate", "--yes"])).toMatchObject({ exitCode: 0 });
  const back = ["rollback", "--to", "HEAD~2", "--require-tested", "--yes"];
  const { exitCode, stderr } = await run(folder.path, back);
  expect(exitCode, stderr).toBe(3);
  expect(stderr).toContain("assistant.new is not tested in the state to sync: stale: tools.file_search changed");
  expect(stderr).not.toContain("--gate");
  expect(stderr).not.toContain("assistant.desk is not tested");
});

test("where Git lacks the commit, a snapshot has the object", async () => {
  await using folder = await project();
  git(folder, "checkout", "-q", "--orphan", "other");
  git(folder, "commit", "-q", "-m", "all");
  git(folder, "branch", "-q", "-D", "main");
  git(folder, "reflog", "expire", "--expire=now", "--all");
  git(folder, "gc", "-q", "--prune=now");
  const done = await run(folder.path, ["rollback", "assistant.desk", "--yes"]);
  expect(done.exitCode, done.output).toBe(0);
  expect(done.stderr).toContain("Git does not have the synced state of that time");
  expect(await lives(folder)).toMatch(/^Be kind\./);
});

test("a commit that is nowhere, and one from before the project, are refused", async () => {
  await using folder = await project();
  expect(await run(folder.path, ["rollback", "--to", "nope", "--yes"])).toMatchObject({ exitCode: 4 });
  git(folder, "checkout", "-q", "--orphan", "empty");
  git(folder, "rm", "-q", "-r", "--cached", ".");
  git(folder, "commit", "-q", "--allow-empty", "-m", "nothing");
  git(folder, "tag", "before");
  expect(await run(folder.path, ["rollback", "--to", "before", "--yes"])).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("has no playbill.yaml") as string,
  });
  const untouched = await readdir(join(folder.path, "assistants"));
  expect(untouched).toContain("desk.yaml");
  expect(await readFile(join(folder.path, "assistants/desk.yaml"), "utf8")).toContain("rude");
});
