import { chmod } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

const bin = inject("bin");
const isRoot = process.getuid?.() === 0;
/** The owner of this clone: it may lie in a folder that nobody else may enter. */
const owner = statSync(import.meta.filename);
/** Root may do everything, unless it is started without its capabilities. */
const withoutCapabilities = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
const canGiveUpRights = !isRoot || owner.uid !== 0 || spawnSync("setpriv", ["--version"]).status === 0;

/** Runs a command line as somebody whom the bits of files hold back. */
function runWithRights(cwd: string, argv: string[]): { exitCode: number | null; output: string } {
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", bin, ...argv];
  const [program = "", ...rest] = isRoot && owner.uid === 0 ? [...withoutCapabilities, ...command] : command;
  const identity = isRoot && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : {};
  const child = spawnSync(program, rest, { cwd, encoding: "utf8", ...identity });
  return { exitCode: child.status, output: child.stdout + child.stderr };
}

async function smallProject(): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: small\n");
  await project.write("assistants/a.yaml", "model: gpt-4o\ninstructions: { file: a.md }\n");
  await project.write("assistants/a.md", "Hi");
  await project.write(
    "scenarios/s.yaml",
    "assistant: a\nturns: [{ user: Hi, script: [{ say: Hello }], expect: { reply: { contains: Hello } } }]\n",
  );
  await chmod(project.path, 0o755);
  return project;
}

test.runIf(canGiveUpRights)("files and folders that cannot be read are problems", async () => {
  await using project = await smallProject();
  await chmod(join(project.path, "assistants/a.yaml"), 0);
  const file = runWithRights(project.path, ["validate"]);
  expect(file).toMatchObject({ exitCode: 4 });
  expect(file.output).toContain('error[unreadable_file]: "assistants/a.yaml" cannot be read (EACCES)');
  await chmod(join(project.path, "scenarios"), 0);
  const folder = runWithRights(project.path, ["validate"]);
  expect(folder).toMatchObject({ exitCode: 4 });
  expect(folder.output).toContain('error[unreadable_file]: "scenarios" cannot be read (EACCES)');
  await chmod(join(project.path, "scenarios"), 0o755);
});

test.runIf(canGiveUpRights)("a folder that cannot be written is a problem", async () => {
  await using project = await smallProject();
  await chmod(project.path, 0o555);
  const { exitCode, output } = runWithRights(project.path, ["init", "new"]);
  expect(exitCode).toBe(4);
  expect(output).toMatch(/^error\[system_refuses\]: EACCES: permission denied, mkdir/);
  await chmod(project.path, 0o755);
});

test.each([
  [["init", "playbill.yaml"], "system_refuses"],
  [["test", "--reporter", "junit=assistants"], "system_refuses"],
  [["test", "--reporter", "junit=a", "--reporter", "json=a"], "bad_flag"],
  [["test", "--reporter", "list", "--reporter", "json"], "bad_flag"],
])("%j has nowhere to write", async (argv, code) => {
  await using project = await smallProject();
  const { exitCode, stderr } = await run(project.path, argv);
  expect(exitCode).toBe(4);
  expect(stderr).toContain(`error[${code}]`);
});
