import { spawn } from "node:child_process";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bin, keptAssistant, leftAt, runProcess } from "./processes.ts";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

/** A project whose only conversation lasts until somebody stops it. */
async function slowProject(): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: slow\n");
  for (const [path, text] of Object.entries(keptAssistant)) await project.write(path, text);
  await project.write(
    "scenarios/slow.yaml",
    "assistant: a\nturns: [{ user: Hi, script: [{ say: Hello, delay: 60s }], expect: { reply: { contains: Hello } } }]\n",
  );
  await project.write(
    "scenarios/wrong.yaml",
    "assistant: a\nturns: [{ user: Ho, script: [{ say: No }], expect: { reply: { contains: Yes } } }]\n",
  );
  return project;
}

test("a failed run leaves no temporary assistant behind", async () => {
  await using project = await slowProject();
  expect(await run(project.path, ["test", "--id", "wrong"])).toMatchObject({ exitCode: 1 });
  expect(await leftAt(project.path)).toEqual({ assistants: [] });
});

test.each(["SIGINT", "SIGHUP"] as const)(
  "a run stopped by %s ends soon with 130, leaves nothing behind, and its results on disk",
  async (signal) => {
    await using project = await slowProject();
    const { exitCode, output } = await runProcess(project.path, ["test", "-j", "2"], (text, child) => {
      if (text.includes("wrong") && !child.killed) child.kill(signal);
    });
    expect(exitCode).toBe(130);
    expect(output).toContain("slow");
    expect(await leftAt(project.path)).toEqual({ assistants: [] });
    const runs = await Array.fromAsync(glob(join(project.path, ".playbill/runs/*/results.jsonl")));
    const lines = (await readFile(runs[0]!, "utf8")).trim().split("\n");
    expect(lines).toHaveLength(4);
    expect(JSON.parse(lines[3] ?? "")).toMatchObject({ end: { interrupted: true, exit_code: 130 } });
  },
);

/** A project whose only conversation calls a function that this module is. */
async function projectWithModule(code: string): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: modules\n");
  for (const [path, text] of Object.entries(keptAssistant)) await project.write(path, text);
  const tools = "[{ function: ask }, { file_search: { vector_store: empty } }]";
  await project.write("assistants/a.yaml", `model: gpt-4o\ntools: ${tools}\n`);
  await project.write("assistants/tools/ask.yaml", "parameters: { type: object }\nhandler: ./ask.ts\n");
  await project.write("assistants/tools/ask.ts", `export default function ask() { ${code} }\n`);
  const script = "[{ call: ask, with: {} }, { say: Done, delay: 200ms }]";
  await project.write(
    "scenarios/s.yaml",
    `assistant: a\ntools: { ask: [{ handler: true }] }\nturns: [{ user: Hi, script: ${script}, expect: { reply: { contains: Done } } }]\n`,
  );
  return project;
}

test("what a module prints does not get into a report, and it cannot end the run", async () => {
  await using project = await projectWithModule('console.log("noise"); process.stdout.write("more"); process.exit(0);');
  const { exitCode, stdout, output } = await runProcess(project.path, ["test", "--reporter", "json"]);
  expect(JSON.parse(stdout)).toMatchObject({ results: [{ status: "passed" }] });
  expect(stdout).toContain("process.exit(0) was called");
  expect(output).toMatch(/noise[^]*more/);
  expect(exitCode).toBe(0);
});

test("an uncaught error is shown, is not a success, and leaves nothing behind", async () => {
  await using project = await projectWithModule('setImmediate(() => { throw new Error("too late"); }); return 1;');
  const { exitCode, output } = await runProcess(project.path, ["test"]);
  expect(output).toContain("too late");
  expect(exitCode).toBe(1);
  expect(await leftAt(project.path)).toEqual({ assistants: [] });
});

test.each([
  ["plan --json", 0],
  ["test --id wrong -v", 1],
])("a reader of %s that goes away is not an error, and does not make one of it either", async (argv, exitCode) => {
  await using project = await slowProject();
  const command = `"$0" --disable-warning=ExperimentalWarning "$1" ${argv} | true; echo "\${PIPESTATUS[0]}"`;
  const child = spawn("bash", ["-c", command, process.execPath, bin], { cwd: project.path });
  let output = "";
  child.stdout.on("data", (data) => (output += String(data)));
  await new Promise((closed) => child.on("close", closed));
  expect(output).toBe(`${exitCode}\n`);
});
