import OpenAI from "openai";
import { expect, test } from "vitest";
import { startServer } from "../harness.ts";
import { createTester, createThread, lastText } from "./lines.ts";

const code = `
open("/mnt/data/made.csv", "w").write("a,b\\n")
print(open("/mnt/data/given.txt").read())
`;

test("code runs in the thread's session; what it writes becomes files that messages link to", async () => {
  const lines = {
    compute: [
      { call: "code_interpreter", with: { input: code } },
      { say: "It says so; see [the table](sandbox:/mnt/data/made.csv)." },
    ],
  };
  const { client } = await startServer({ lines });
  const given = await client.files.create({
    file: await OpenAI.toFile(new Blob(["forty-two"]), "given.txt"),
    purpose: "assistants",
  });
  const assistantId = await createTester(client, {
    tools: [{ type: "code_interpreter" }],
    tool_resources: { code_interpreter: { file_ids: [given.id] } },
  });
  const threadId = await createThread(client, "compute");
  const run = await client.beta.threads.runs.stream(threadId, { assistant_id: assistantId }).finalRun();
  expect(run).toMatchObject({ status: "completed" });
  const steps = await client.beta.threads.runs.steps.list(run.id, { thread_id: threadId, order: "asc" });
  expect(steps.data[0]?.step_details).toEqual({
    type: "tool_calls",
    tool_calls: [
      {
        id: expect.stringMatching(/^call_/),
        type: "code_interpreter",
        code_interpreter: { input: code, outputs: [{ type: "logs", logs: "forty-two\n" }] },
      },
    ],
  });
  const { data } = await client.beta.threads.messages.list(threadId, { limit: 1 });
  const [part] = data[0]?.content ?? [];
  const annotation = part?.type === "text" ? part.text.annotations[0] : undefined;
  if (annotation?.type !== "file_path") throw new Error("no link");
  expect(annotation.text).toBe("sandbox:/mnt/data/made.csv");
  expect(data[0]?.attachments).toEqual([
    { file_id: annotation.file_path.file_id, tools: [{ type: "code_interpreter" }] },
  ]);
  expect(await client.files.retrieve(annotation.file_path.file_id)).toMatchObject({
    filename: "made.csv",
    purpose: "assistants_output",
  });
  expect(await (await client.files.content(annotation.file_path.file_id)).text()).toBe("a,b\n");
});

test("file search looks through the assistant's and the thread's files, and what it found can be cited", async () => {
  const lines = {
    "late checkout": [
      { call: "file_search", with: { query: "checkout noon" } },
      { say: "Until noon【4:0†source】, they say." },
    ],
  };
  const { client } = await startServer({ lines });
  const upload = async (name: string, text: string) =>
    (await client.files.create({ file: await OpenAI.toFile(new Blob([text]), name), purpose: "assistants" })).id;
  const handbook = await upload("handbook.md", "Checkout is at noon.");
  const other = await upload("other.md", "The pool opens at eight. Nothing else here.");
  const assistantId = await createTester(client, {
    tools: [{ type: "file_search", file_search: { max_num_results: 3, ranking_options: { score_threshold: 0 } } }],
    tool_resources: { file_search: { vector_stores: [{ file_ids: [handbook] }] } },
  });
  const thread = await client.beta.threads.create({
    messages: [
      { role: "user", content: "late checkout", attachments: [{ file_id: other, tools: [{ type: "file_search" }] }] },
    ],
  });
  const run = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistantId });
  expect(run.status).toBe("completed");
  const steps = await client.beta.threads.runs.steps.list(run.id, { thread_id: thread.id, order: "asc" });
  const [call] = steps.data[0]?.step_details.type === "tool_calls" ? steps.data[0].step_details.tool_calls : [];
  expect(call).toMatchObject({
    type: "file_search",
    file_search: {
      ranking_options: { ranker: "default_2024_08_21", score_threshold: 0 },
      results: [{ file_id: handbook, file_name: "handbook.md", score: expect.any(Number) }],
    },
  });
  expect(JSON.stringify(call)).not.toContain("noon");
  const step = await client.beta.threads.runs.steps.retrieve(steps.data[0]?.id ?? "", {
    thread_id: thread.id,
    run_id: run.id,
    include: ["step_details.tool_calls[*].file_search.results[*].content"],
  });
  expect(JSON.stringify(step)).toContain("Checkout is at noon.");

  const { data } = await client.beta.threads.messages.list(thread.id, { limit: 1 });
  expect(data[0]?.content).toEqual([
    {
      type: "text",
      text: {
        value: "Until noon【4:0†source】, they say.",
        annotations: [
          {
            type: "file_citation",
            text: "【4:0†source】",
            start_index: 10,
            end_index: 22,
            file_citation: { file_id: handbook },
          },
        ],
      },
    },
  ]);
  expect(await lastText(client, thread.id)).toContain("noon");
});
