import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { run, temporaryFolder } from "../run.ts";
import { startServe } from "../serving.ts";

// The way of docs/migrate.md from a database that was moved in to the Responses API: assistants in Git, scenarios of old threads, both targets.

const exported = join(import.meta.dirname, "export");
const scenario = "scenarios/how-long-can-i-return-something.yaml";

const settings = (url: string) => `project: desk
targets:
  old: { api: assistants, base_url: "${url}/v1" }
  threads: { api: assistants, server: embedded, vars: { days: "45" } }
  answers: { api: responses, server: embedded, vars: { days: "45" } }
default_target: threads
`;

test("an application that was moved in continues to the Responses API with scenarios of its old threads", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  const typed = async (...argv: string[]): Promise<{ exitCode: number; output: string }> => run(path, argv);
  await typed("migrate-in", exported, "--db", join(path, "desk.db"));
  await using server = await startServe(path, ["--db", join(path, "desk.db")]);
  await folder.write("playbill.yaml", settings(server.url));

  // An import names the files that are indexed.
  const client = new OpenAI({ apiKey: "key", baseURL: `${server.url}/v1` });
  for await (const { id } of client.vectorStores.list())
    await expect
      .poll(async () => (await client.vectorStores.retrieve(id)).status, { timeout: 20_000 })
      .toBe("completed");
  const imported = await typed("import", "--all", "--target", "old");
  expect(imported.exitCode, imported.output).toBe(0);
  expect(await typed("plan", "--target", "old", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  // What is in files is in the project from here on.
  await cp(join(exported, "files/file-2Ha1Handbook.md"), join(path, "assistants/files/handbook.md"));
  await cp(join(exported, "files/sales.csv"), join(path, "assistants/files/sales.csv"));
  const edit = async (file: string, from: RegExp, to: string): Promise<void> => {
    const text = await readFile(join(path, file), "utf8");
    expect(text).toMatch(from);
    await folder.write(file, text.replace(from, to));
  };
  await edit("assistants/vector_stores/handbook.yaml", /- id: file-2Ha1Handbook.*/, "- ../files/handbook.md");
  await edit("assistants/vector_stores/vector-store.yaml", /- id: file-7Nt5Contract.*/, "- ../files/handbook.md");
  await edit("assistants/analyst.yaml", /- id: file-9Vb3SalesCsv/, "- files/sales.csv");

  const written = await typed("scenario", "from-thread", "thread_Kx2Lr9vN", "--target", "old");
  expect(written.exitCode, written.output).toBe(0);
  const alike = await typed("test", "--targets", "threads,answers");
  expect(alike.output).toContain("1 scenario does not differ");
  expect(alike.exitCode).toBe(0);

  // In place of a model that answers otherwise over there: each turn that differs is told.
  await edit(scenario, /say: Within 45 days of delivery.*/, 'say: "Within ${{ vars.days }} days of delivery."');
  await edit(scenario, /tools: \[\]/, "tools: []\n      reply: { contains: 45 days }");
  await edit(
    "playbill.yaml",
    /responses, server: embedded, vars: \{ days: "45" \}/,
    'responses, server: embedded, vars: { days: "30" }',
  );
  const differing = await typed("test", "--targets", "threads,answers");
  expect(differing.exitCode).not.toBe(0);
  expect(differing.output).toMatch(/how-long-can-i-return-something +passed +failed/);
});
