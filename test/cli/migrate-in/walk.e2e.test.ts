import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { WrittenStep } from "../../../src/project/schemas/script.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import { startServer } from "../../server/harness.ts";
import { run, temporaryFolder } from "../run.ts";

// An application that called an API which is gone: its export in the original's JSON is moved in, and the client it always had goes on.

const exported = join(import.meta.dirname, "export");
const thread = "thread_Kx2Lr9vN";
const keptMessages = "thread_Pp7Wd3hC";
const support = "asst_Lm4Support";
const analyst = "asst_Qz8Analyst";

interface Turn {
  user: string[];
  steps: WrittenStep[];
}
const script = (id: string, assistantName: string, turns: Turn[]) => ({
  id,
  assistantName,
  turns,
  opening: [],
  scope: {},
});
const said = (user: string): Turn => ({ user: [user], steps: [] });
const code = `print(sum(int(line.split(",")[1]) for line in open("/mnt/data/sales.csv").readlines()[1:]))`;
const scripts = [
  script("figures", "Analyst", [
    said("How long can I return something?"),
    said("Thanks!"),
    {
      user: ["And what did we sell?"],
      steps: [{ call: "code_interpreter", with: { input: code } }, { say: "Sales of 250." }],
    },
  ]),
  script("contract", "Support", [
    said("Until when does the contract run?"),
    {
      user: ["Whose contract is it?"],
      steps: [{ call: "file_search", with: { query: "contract customer" } }, { say: "Of Ines Duarte【6:0†source】." }],
    },
  ]),
];

interface List {
  data: Record<string, unknown>[];
}
const listIn = async (path: string): Promise<List> => JSON.parse(await readFile(join(exported, path), "utf8")) as List;

test("the unchanged client continues in threads of an application whose API is gone", async () => {
  await using folder = await temporaryFolder();
  const database = join(folder.path, "assistants.db");
  const moved = await run(folder.path, ["migrate-in", exported, "--db", database]);
  expect(moved.exitCode, moved.output).toBe(0);

  const { client } = await startServer({
    database,
    services: { model: createScriptedModel({ scripts, delay: async () => {} }) },
  });

  // Everything is under its id, in the order in which the original listed it.
  const assistants = (await client.beta.assistants.list()).data;
  const original = (await listIn("assistants.json")).data;
  expect(assistants.map(({ id, created_at: created }) => [id, created])).toEqual(
    original.map(({ id, created_at: created }) => [id, created]),
  );
  expect(assistants[0]).toEqual(original[0]);
  const messages = (await client.beta.threads.messages.list(thread)).data;
  const pages = await Promise.all(
    ["messages-1.json", "messages-2.json"].map((name) => listIn(join("threads", thread, name))),
  );
  expect(messages).toMatchObject(pages.flatMap(({ data }) => data));
  const files = (await client.files.list()).data.map(({ id }) => id);
  expect(files).toEqual(["file-7Nt5Contract", "file-9Vb3SalesCsv", "file-2Ha1Handbook"]);
  expect(await client.vectorStores.files.retrieve("file-2Ha1Handbook", { vector_store_id: "vs_6Rt1Qm" })).toMatchObject(
    {
      attributes: { language: "en" },
      chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 } },
    },
  );

  // The code interpreter sees the thread's file.
  await client.beta.threads.messages.create(thread, { role: "user", content: "And what did we sell?" });
  const figures = await client.beta.threads.runs.createAndPoll(thread, { assistant_id: analyst });
  expect(figures).toMatchObject({ status: "completed" });
  const [step] = (await client.beta.threads.runs.steps.list(figures.id, { thread_id: thread, order: "asc" })).data;
  expect(step?.step_details).toMatchObject({
    tool_calls: [{ code_interpreter: { outputs: [{ type: "logs", logs: "250\n" }] } }],
  });

  // What messages of a thread attached is found by its search, which waits until it is indexed.
  await client.beta.threads.messages.create(keptMessages, { role: "user", content: "Whose contract is it?" });
  const contract = await client.beta.threads.runs.createAndPoll(keptMessages, { assistant_id: support });
  expect(contract).toMatchObject({ status: "completed" });
  const [answer] = (await client.beta.threads.messages.list(keptMessages, { limit: 1 })).data;
  expect(answer?.content).toMatchObject([
    { text: { annotations: [{ type: "file_citation", file_citation: { file_id: "file-7Nt5Contract" } }] } },
  ]);

  // Moved in once more, nothing changes.
  const again = await run(folder.path, ["migrate-in", exported, "--db", database, "--json"]);
  expect(again.exitCode, again.output).toBe(0);
  const { objects } = JSON.parse(again.stdout) as { objects: Record<string, unknown> };
  for (const counts of Object.values(objects)) expect(counts).toMatchObject({ stored: 0 });
});
