import { chmod } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

const cli = join(import.meta.dirname, "../../src/cli");

/**
 * Gives up the rights of root in a process that has already run the command once: a clone may lie in a folder that only its owner may
 * enter, and then nobody else could load the program.
 */
const asAnybody = `
import { main } from ${JSON.stringify(pathToFileURL(join(cli, "main.ts")).href)};
import { createWorld } from ${JSON.stringify(pathToFileURL(join(cli, "world.ts")).href)};
const world = createWorld();
const ignore = { ...world.stdout, write() {} };
const [warmUp, argv] = JSON.parse(process.env.COMMANDS);
await main(warmUp, { ...world, stdout: ignore, stderr: ignore });
if (process.getuid() === 0) {
  process.setegid(65534);
  process.seteuid(65534);
}
process.exitCode = await main(argv, world);
`;

/** Runs a command line as somebody who has only the rights that everybody has; as root, `warmUp` is run before. */
function runAsAnybody(cwd: string, warmUp: string[], argv: string[]): { exitCode: number | null; output: string } {
  const child = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", asAnybody],
    { cwd, encoding: "utf8", env: { ...process.env, COMMANDS: JSON.stringify([warmUp, argv]) } },
  );
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

/** A command that ends with problems, so that everything is loaded that shows them. */
const broken = ["plan", "--target", "none"];

test("files and folders that cannot be read are problems", async () => {
  await using project = await smallProject();
  await chmod(join(project.path, "assistants/a.yaml"), 0);
  const file = runAsAnybody(project.path, broken, ["validate"]);
  expect(file).toMatchObject({ exitCode: 4 });
  expect(file.output).toContain('error[unreadable_file]: "assistants/a.yaml" cannot be read (EACCES)');
  await chmod(join(project.path, "scenarios"), 0);
  const folder = runAsAnybody(project.path, broken, ["validate"]);
  expect(folder).toMatchObject({ exitCode: 4 });
  expect(folder.output).toContain('error[unreadable_file]: "scenarios" cannot be read (EACCES)');
  await chmod(join(project.path, "scenarios"), 0o755);
});

test("a folder that cannot be written is a problem", async () => {
  await using project = await smallProject();
  await chmod(project.path, 0o555);
  const { exitCode, output } = runAsAnybody(project.path, ["init", "playbill.yaml/x"], ["init", "new"]);
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
