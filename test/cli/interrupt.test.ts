import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

const bin = join(import.meta.dirname, "../../src/bin.ts");

/** A project whose only conversation lasts until somebody stops it. */
async function slowProject(): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: slow\n");
  await project.write("assistants/a.yaml", "model: gpt-4o\n");
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

/** What is left at the embedded server of the project. */
async function leftAt(folder: string): Promise<{ assistants: unknown[] }> {
  const server = openServer({
    database: join(folder, ".playbill/local.db"),
    model: createScriptedModel({ scripts: [], delay: async () => {} }),
  });
  const headers = { "openai-beta": "assistants=v2" };
  const answer = await server.fetch("http://embedded/v1/assistants", { headers });
  const { data } = (await answer.json()) as { data: unknown[] };
  await server.close();
  return { assistants: data };
}

test("a failed run leaves no throw-away assistant behind", async () => {
  await using project = await slowProject();
  expect(await run(project.path, ["test", "--id", "wrong"])).toMatchObject({ exitCode: 1 });
  expect(await leftAt(project.path)).toEqual({ assistants: [] });
});

test("a run stopped by Ctrl-C ends soon with 130, leaves nothing behind, and its results on disk", async () => {
  await using project = await slowProject();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", bin, "test", "-j", "2"], {
    cwd: project.path,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  while (!output.includes("wrong")) await new Promise((soon) => setTimeout(soon, 20));
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(output).toContain("slow");
  expect(await leftAt(project.path)).toEqual({ assistants: [] });
  const runs = await Array.fromAsync(
    (await import("node:fs/promises")).glob(join(project.path, ".playbill/runs/*/results.jsonl")),
  );
  expect((await readFile(runs[0]!, "utf8")).trim().split("\n")).toHaveLength(3);
});

test("a reader that goes away is not an error", async () => {
  await using project = await slowProject();
  const command = `${process.execPath} --disable-warning=ExperimentalWarning ${bin} plan --json | head -c 1; echo " \${PIPESTATUS[0]}"`;
  const child = spawn("bash", ["-c", command], { cwd: project.path });
  let output = "";
  child.stdout.on("data", (data) => (output += String(data)));
  await new Promise((closed) => child.on("close", closed));
  expect(output).toBe("{ 0\n");
});
