import { toFile } from "openai";
import { expect, test } from "vitest";
import { manualClock } from "../manual-clock.ts";
import { startServer } from "../harness.ts";

const lines = {
  "late checkout": [{ call: "file_search", with: { query: "checkout noon" } }, { say: "At noon【4:0†source】, yes." }],
  compute: [
    { call: "code_interpreter", with: { input: "open('/mnt/data/a.csv', 'w').write('1,2')\nprint(6 * 7)" } },
    { say: "It is 42, see [here](sandbox:/mnt/data/a.csv)." },
  ],
  again: [{ call: "code_interpreter", with: { input: "print(open('/mnt/data/a.csv').read())" } }, { say: "Still." }],
};

test("file search gives its results when they are asked for, and citations without marks", async () => {
  const { client } = await startServer({ lines });
  const file = await client.files.create({
    file: await toFile(Buffer.from("Checkout is at noon."), "handbook.md"),
    purpose: "assistants",
  });
  const store = await client.vectorStores.create({ file_ids: [file.id] });
  const request = {
    model: "m",
    input: "late checkout",
    tools: [{ type: "file_search" as const, vector_store_ids: [store.id] }],
  };
  const [search, message] = (await client.responses.create({ ...request, include: ["file_search_call.results"] }))
    .output;
  expect(search).toMatchObject({
    type: "file_search_call",
    status: "completed",
    queries: ["checkout noon"],
    results: [{ file_id: file.id, filename: "handbook.md", text: "Checkout is at noon.", attributes: {} }],
  });
  expect(message).toMatchObject({
    content: [
      {
        text: "At noon, yes.",
        annotations: [{ type: "file_citation", file_id: file.id, filename: "handbook.md", index: 7 }],
      },
    ],
  });
  const events = await Array.fromAsync(await client.responses.create({ ...request, stream: true }));
  const types = events.map(({ type }) => type).filter((type) => !type.includes("delta"));
  expect(types.slice(2, 8)).toEqual([
    "response.output_item.added",
    "response.file_search_call.in_progress",
    "response.file_search_call.searching",
    "response.file_search_call.completed",
    "response.output_item.done",
    "response.output_item.added",
  ]);
  expect(types).toContain("response.output_text.annotation.added");
  expect(JSON.stringify(events)).toContain('"results":null');
});

test("code runs in a container, which keeps its files for twenty idle minutes", async () => {
  const clock = manualClock();
  const { client } = await startServer({ lines, services: { clock } });
  const tools = [{ type: "code_interpreter" as const, container: { type: "auto" as const } }];
  const request = { model: "m", tools, include: ["code_interpreter_call.outputs" as const] };
  const { id: conversation } = await client.conversations.create({});
  const first = await client.responses.create({ ...request, conversation, input: "compute" });
  const [code, message] = first.output;
  if (code?.type !== "code_interpreter_call" || message?.type !== "message")
    return expect.fail("not what was scripted");
  expect(code).toMatchObject({ status: "completed", outputs: [{ type: "logs", logs: "42\n" }] });
  const [part] = message.content;
  const [annotation] = part?.type === "output_text" ? part.annotations : [];
  if (annotation?.type !== "container_file_citation" || part?.type !== "output_text") return expect.fail("no citation");
  expect(annotation).toMatchObject({ container_id: code.container_id, filename: "a.csv" });
  expect(part.text.slice(annotation.start_index, annotation.end_index)).toBe("sandbox:/mnt/data/a.csv");
  const content = await client.containers.files.content.retrieve(annotation.file_id, {
    container_id: code.container_id,
  });
  expect(await content.text()).toBe("1,2");
  const named = [{ type: "code_interpreter" as const, container: code.container_id }];
  const again = { ...request, tools: named, input: "again" };
  const events = await Array.fromAsync(await client.responses.create({ ...again, stream: true }));
  const second = events.find((event) => event.type === "response.completed");
  expect(second?.response.output[0]).toMatchObject({ container_id: code.container_id, outputs: [{ logs: "1,2\n" }] });
  expect(new Set(events.map(({ type }) => type).filter((type) => type.includes("code_interpreter")))).toEqual(
    new Set([
      "response.code_interpreter_call.in_progress",
      "response.code_interpreter_call_code.delta",
      "response.code_interpreter_call_code.done",
      "response.code_interpreter_call.interpreting",
      "response.code_interpreter_call.completed",
    ]),
  );
  clock.advance(20 * 60_000);
  expect(await client.containers.retrieve(code.container_id)).toMatchObject({ status: "expired" });
  await expect(client.responses.create({ ...request, conversation, input: "again" })).rejects.toMatchObject({
    status: 400,
    message: "400 Container is expired.",
  });
  clock.advance(24 * 60 * 60_000);
  expect(await Array.fromAsync(client.containers.list())).toEqual([]);
  expect(await Array.fromAsync(client.files.list())).toEqual([]);
});

test("a deleted container takes along what was uploaded into it, and no File object that it was lent", async () => {
  const { client, services } = await startServer();
  const file = await toFile(Buffer.from("a,b"), "data.csv");
  const lent = await client.files.create({ file, purpose: "user_data" });
  const { id } = await client.containers.create({ name: "mine", file_ids: [lent.id] });
  await client.containers.files.create(id, { file: await toFile(Buffer.from("c"), "own.csv") });
  expect(await Array.fromAsync(client.files.list())).toHaveLength(2);
  await client.containers.delete(id);
  expect(await Array.fromAsync(client.files.list())).toEqual([lent]);
  expect(await services.store.blobs.ids()).toEqual([lent.id]);
});

test("a response that a conversation refuses makes no container", async () => {
  const { client } = await startServer({ lines: { slow: [{ delay: "1h" }] } });
  const { id: conversation } = await client.conversations.create({});
  await client.responses.create({ model: "m", conversation, input: "slow", background: true });
  const tools = [{ type: "code_interpreter" as const, container: { type: "auto" as const } }];
  await expect(client.responses.create({ model: "m", conversation, input: "slow", tools })).rejects.toMatchObject({
    status: 409,
  });
  expect(await Array.fromAsync(client.containers.list())).toEqual([]);
});

test("containers are made, filled, listed and deleted", async () => {
  const { client } = await startServer();
  const container = await client.containers.create({ name: "mine" });
  expect(container).toMatchObject({
    object: "container",
    name: "mine",
    status: "running",
    expires_after: { anchor: "last_active_at", minutes: 20 },
    memory_limit: "1g",
  });
  const put = await client.containers.files.create(container.id, {
    file: await toFile(Buffer.from("a,b"), "data.csv"),
  });
  expect(put).toMatchObject({
    object: "container.file",
    container_id: container.id,
    path: "/mnt/data/data.csv",
    bytes: 3,
    source: "user",
  });
  expect(await Array.fromAsync(client.containers.list())).toEqual([container]);
  expect(await Array.fromAsync(client.containers.files.list(container.id))).toEqual([put]);
  const where = { container_id: container.id };
  expect(await client.containers.files.retrieve(put.id, where)).toEqual(put);
  await client.containers.files.delete(put.id, where);
  expect(await Array.fromAsync(client.containers.files.list(container.id))).toEqual([]);
  await client.containers.delete(container.id);
  await expect(client.containers.retrieve(container.id)).rejects.toMatchObject({ status: 404 });
});

test("built-in calls beyond max_tool_calls are passed over", async () => {
  const { client } = await startServer({
    lines: {
      twice: [
        { call: "code_interpreter", with: { input: "1" } },
        { call: "code_interpreter", with: { input: "2" } },
      ],
    },
  });
  const tools = [{ type: "code_interpreter" as const, container: { type: "auto" as const } }];
  const { output, status } = await client.responses.create({ model: "m", tools, input: "twice", max_tool_calls: 1 });
  expect([status, output.map(({ type }) => type)]).toEqual(["completed", ["code_interpreter_call"]]);
});
