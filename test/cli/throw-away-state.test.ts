import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

const scenario =
  "assistant: a\nturns: [{ user: Hi, script: [{ say: Hello }], expect: { reply: { contains: Hello } } }]\n";

async function projectOf(assistant: string): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: state\n");
  await project.write("assistants/a.yaml", assistant);
  await project.write("scenarios/a.yaml", scenario);
  return project;
}

test("copies of the files are tested without touching the state of the embedded target", async () => {
  await using project = await projectOf("model: gpt-4o\n");
  const { exitCode, output } = await run(project.path, ["test"]);
  expect(exitCode, output).toBe(0);
  expect(await readdir(join(project.path, ".playbill"))).not.toContain("local.db");
});

test("an assistant that names an object of the embedded target by its id is tested there", async () => {
  await using project = await projectOf("model: gpt-4o\n");
  expect(await run(project.path, ["sync", "--yes"])).toMatchObject({ exitCode: 0 });
  const server = await openServer({
    database: join(project.path, ".playbill/local.db"),
    model: createScriptedModel({ scripts: [], delay: async () => {} }),
  });
  const headers = { "openai-beta": "assistants=v2", "content-type": "application/json" };
  const made = await server.fetch("http://embedded/v1/vector_stores", { method: "POST", headers, body: "{}" });
  const { id } = (await made.json()) as { id: string };
  await server.close();
  await project.write(
    "assistants/a.yaml",
    `model: gpt-4o\ntools: [{ file_search: { vector_store: { id: ${id} } } }]\n`,
  );
  const { exitCode, output } = await run(project.path, ["test"]);
  expect(exitCode, output).toBe(0);
  await project.write(
    "assistants/a.yaml",
    "model: gpt-4o\ntools: [{ file_search: { vector_store: { id: vs_nowhere } } }]\n",
  );
  expect((await run(project.path, ["test"])).exitCode).not.toBe(0);
});
