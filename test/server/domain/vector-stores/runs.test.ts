import { describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../../harness.ts";
import type { Lines } from "../../scripts.ts";
import { clockAt } from "./clock.ts";
import { storeOf, uploadText } from "./library.ts";
import { vectorStores } from "../../../../src/server/domain/kinds.ts";

const lines: Lines = {
  "When is a refund paid?": [{ call: "file_search", with: { query: "refund paid" } }, { say: "Within 5 days." }],
};
const week = 7 * 24 * 3600;

async function ask(server: TestServer, resources: { assistant?: string[]; thread?: string[]; attachment?: string }) {
  const { client } = server;
  const found = (ids?: string[]) => (ids ? { tool_resources: { file_search: { vector_store_ids: ids } } } : {});
  const assistant = await client.beta.assistants.create({
    model: "m",
    name: "tester",
    tools: [{ type: "file_search" }],
    ...found(resources.assistant),
  });
  const thread = await client.beta.threads.create(found(resources.thread));
  const attachments = resources.attachment
    ? [{ file_id: resources.attachment, tools: [{ type: "file_search" as const }] }]
    : [];
  await client.beta.threads.messages.create(thread.id, {
    role: "user",
    content: "When is a refund paid?",
    attachments,
  });
  const run = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });
  const { data: steps } = await client.beta.threads.runs.steps.list(run.id, {
    thread_id: thread.id,
    include: ["step_details.tool_calls[*].file_search.results[*].content"],
  });
  const calls = steps.flatMap(({ step_details: details }) => (details.type === "tool_calls" ? details.tool_calls : []));
  const results = calls.flatMap((call) => (call.type === "file_search" ? (call.file_search.results ?? []) : []));
  return { run, results, thread: await client.beta.threads.retrieve(thread.id) };
}

describe("file search of a run", () => {
  test("looks through the assistant's and the thread's vector stores", async () => {
    const server = await startServer({ lines });
    const ours = await storeOf(server, { "returns.md": "Refunds are paid within 5 days." });
    const theirs = await storeOf(server, { "letter.md": "My refund was not paid." });
    const { run, results } = await ask(server, { assistant: [ours.id], thread: [theirs.id] });
    expect(run.status).toBe("completed");
    expect(results.map(({ file_name: name }) => name).toSorted()).toEqual(["letter.md", "returns.md"]);
    const texts = results.flatMap(({ content }) => (content ?? []).map(({ text }) => text ?? ""));
    expect(texts.toSorted()).toEqual(["My refund was not paid.", "Refunds are paid within 5 days."]);
  });

  test("waits for a file that a message attached, in a store that expires a week after its last use", async () => {
    const clock = clockAt(1_000_000);
    const server = await startServer({ lines, services: { clock } });
    const attachment = await uploadText(server, "letter.md", "My refund was paid yesterday.");
    const { run, results, thread } = await ask(server, { attachment });
    expect(run.status).toBe("completed");
    expect(results.map(({ file_id: id }) => id)).toEqual([attachment]);
    const [storeId = ""] = thread.tool_resources?.file_search?.vector_store_ids ?? [];
    expect(await server.client.vectorStores.retrieve(storeId)).toMatchObject({
      expires_after: { anchor: "last_active_at", days: 7 },
      expires_at: 1_000_000 + week,
    });
    const second = await uploadText(server, "second.md", "more");
    const attachments = [{ file_id: second, tools: [{ type: "file_search" as const }] }];
    await server.client.beta.threads.messages.create(thread.id, { role: "user", content: "more", attachments });
    const { data } = await server.client.vectorStores.files.list(storeId);
    expect(data.map(({ id }) => id)).toEqual([second, attachment]);
  });

  test("fails the run when a store has expired or is gone, and says which", async () => {
    const clock = clockAt(1_000_000);
    const server = await startServer({ lines, services: { clock } });
    const expiring = await server.client.vectorStores.create({ expires_after: { anchor: "last_active_at", days: 7 } });
    const deleted = await server.client.vectorStores.create({});
    const { client } = server;
    clock.advance(week);
    const expired = await ask(server, { assistant: [expiring.id] });
    expect(expired.run).toMatchObject({
      status: "failed",
      last_error: { code: "server_error", message: `Vector store '${expiring.id}' has expired.` },
    });
    const thread = await client.beta.threads.create({
      tool_resources: { file_search: { vector_store_ids: [deleted.id] } },
      messages: [{ role: "user", content: "When is a refund paid?" }],
    });
    await client.vectorStores.delete(deleted.id);
    const assistant = await client.beta.assistants.create({
      model: "m",
      name: "tester",
      tools: [{ type: "file_search" }],
    });
    const run = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });
    expect(run.last_error?.message).toBe(`No vector store found with id '${deleted.id}'.`);
  });
});

describe("vector stores made along with others", () => {
  test("hold their files, cut as asked; an assistant's stays, a thread's expires", async () => {
    const server = await startServer();
    const { client } = server;
    const fileId = await uploadText(server, "a.md", "alpha");
    const chunking = { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 0 } } as const;
    const made = {
      file_search: { vector_stores: [{ file_ids: [fileId], chunking_strategy: chunking, metadata: { a: "1" } }] },
    };
    const assistant = await client.beta.assistants.create({ model: "m", tool_resources: made });
    const thread = await client.beta.threads.create({ tool_resources: made });
    for (const [owner, expiry] of [
      [assistant, null],
      [thread, { anchor: "last_active_at", days: 7 }],
    ] as const) {
      const [storeId = ""] = owner.tool_resources?.file_search?.vector_store_ids ?? [];
      expect(await client.vectorStores.retrieve(storeId)).toMatchObject({
        expires_after: expiry,
        metadata: { a: "1" },
      });
      const file = await client.vectorStores.files.poll(storeId, fileId);
      expect(file).toMatchObject({ status: "completed", chunking_strategy: chunking });
    }
  });

  test("are not made when a file of theirs does not exist", async () => {
    const { client, send, services } = await startServer();
    const made = { file_search: { vector_stores: [{ file_ids: ["file-none"] }] } };
    const response = await send("POST", "/v1/assistants", { model: "m", tool_resources: made });
    expect(response.status).toBe(404);
    expect((await client.vectorStores.list()).data).toEqual([]);
    expect(await services.store.get(vectorStores, "vs_000000000000000000000001")).toBeNull();
  });
});
