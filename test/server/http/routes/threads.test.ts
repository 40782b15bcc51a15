import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { startServer } from "../../harness.ts";

async function uploadText(client: OpenAI, name: string, text: string): Promise<string> {
  const file = await OpenAI.toFile(new Blob([text]), name);
  return (await client.files.create({ file, purpose: "assistants" })).id;
}

describe("threads", () => {
  test("a new one is empty, and only metadata and tool resources change", async () => {
    const { client } = await startServer();
    const thread = await client.beta.threads.create();
    expect(thread).toEqual({
      id: "thread_000000000000000000000001",
      object: "thread",
      created_at: expect.any(Number),
      metadata: {},
      tool_resources: {},
    });
    const fileId = await uploadText(client, "a.txt", "text");
    const resources = { code_interpreter: { file_ids: [fileId] } };
    const changed = await client.beta.threads.update(thread.id, { metadata: { a: "b" }, tool_resources: resources });
    expect(changed).toEqual({ ...thread, metadata: { a: "b" }, tool_resources: resources });
    expect(await client.beta.threads.update(thread.id, { metadata: null })).toEqual({ ...changed, metadata: {} });
    expect(await client.beta.threads.retrieve(thread.id)).toEqual({ ...changed, metadata: {} });
  });

  test("files become a vector store that goes a week after its last use", async () => {
    const { client } = await startServer();
    const fileId = await uploadText(client, "handbook.md", "Guests leave by noon.");
    const { tool_resources: resources } = await client.beta.threads.create({
      tool_resources: { file_search: { vector_stores: [{ file_ids: [fileId], metadata: { a: "b" } }] } },
    });
    const [storeId = ""] = resources?.file_search?.vector_store_ids ?? [];
    const store = await client.vectorStores.retrieve(storeId);
    expect(store).toMatchObject({ metadata: { a: "b" }, expires_after: { anchor: "last_active_at", days: 7 } });
    expect((await client.vectorStores.files.list(storeId)).data.map(({ id }) => id)).toEqual([fileId]);
  });

  test("an assistant's vector store stays", async () => {
    const { client } = await startServer();
    const fileId = await uploadText(client, "handbook.md", "Guests leave by noon.");
    const assistant = await client.beta.assistants.create({
      model: "m",
      tools: [{ type: "file_search" }],
      tool_resources: { file_search: { vector_stores: [{ file_ids: [fileId] }] } },
    });
    const [storeId = ""] = assistant.tool_resources?.file_search?.vector_store_ids ?? [];
    expect((await client.vectorStores.retrieve(storeId)).expires_after).toBeNull();
    const code = { code_interpreter: { file_ids: [fileId] } };
    const changed = await client.beta.assistants.update(assistant.id, { tool_resources: code });
    expect(changed.tool_resources).toEqual({ ...code, file_search: { vector_store_ids: [storeId] } });
  });

  test("what is not there cannot be a resource", async () => {
    const { client } = await startServer();
    const create = (resources: OpenAI.Beta.ThreadCreateParams["tool_resources"]) =>
      client.beta.threads.create({ tool_resources: resources ?? null });
    await expect(create({ code_interpreter: { file_ids: ["file-x"] } })).rejects.toThrow(
      "404 No file found with id 'file-x'.",
    );
    await expect(create({ file_search: { vector_store_ids: ["vs_x"] } })).rejects.toThrow(
      "404 No vector store found with id 'vs_x'.",
    );
    await expect(create({ code_interpreter: { file_ids: ["x"] } })).rejects.toMatchObject({
      status: 400,
      param: "tool_resources.code_interpreter.file_ids",
      code: "invalid_value",
    });
    await expect(create({ file_search: { vector_store_ids: [], vector_stores: [{}] } })).rejects.toMatchObject({
      status: 400,
    });
  });
});

describe("messages", () => {
  test("text becomes a part; every field is there", async () => {
    const { client } = await startServer();
    const { id } = await client.beta.threads.create();
    const message = await client.beta.threads.messages.create(id, { role: "user", content: "Hello." });
    expect(message).toEqual({
      id: "msg_000000000000000000000001",
      object: "thread.message",
      created_at: expect.any(Number),
      thread_id: id,
      status: "completed",
      incomplete_details: null,
      completed_at: message.created_at,
      incomplete_at: null,
      role: "user",
      content: [{ type: "text", text: { value: "Hello.", annotations: [] } }],
      assistant_id: null,
      run_id: null,
      attachments: [],
      metadata: {},
    });
    expect(await client.beta.threads.messages.retrieve(message.id, { thread_id: id })).toEqual(message);
    const changed = await client.beta.threads.messages.update(message.id, { thread_id: id, metadata: { a: "b" } });
    expect(changed).toEqual({ ...message, metadata: { a: "b" } });
    expect(await client.beta.threads.messages.delete(message.id, { thread_id: id })).toEqual({
      id: message.id,
      object: "thread.message.deleted",
      deleted: true,
    });
    expect((await client.beta.threads.messages.list(id)).data).toEqual([]);
  });

  test("parts may be text and images", async () => {
    const { client } = await startServer();
    const { id } = await client.beta.threads.create();
    const imageId = (
      await client.files.create({ file: await OpenAI.toFile(new Blob(["x"]), "a.png"), purpose: "vision" })
    ).id;
    const message = await client.beta.threads.messages.create(id, {
      role: "user",
      content: [
        { type: "text", text: "Look:" },
        { type: "image_url", image_url: { url: "https://example.test/a.png" } },
        { type: "image_file", image_file: { file_id: imageId, detail: "low" } },
      ],
    });
    expect(message.content).toEqual([
      { type: "text", text: { value: "Look:", annotations: [] } },
      { type: "image_url", image_url: { url: "https://example.test/a.png", detail: "auto" } },
      { type: "image_file", image_file: { file_id: imageId, detail: "low" } },
    ]);
    await expect(client.beta.threads.messages.create(id, { role: "user", content: "" })).rejects.toThrow(
      "400 Message content must be non-empty.",
    );
    for (const url of ["not a url", "/a.png", "javascript:alert(1)", "https://", "file:///etc/passwd"]) {
      const content = [
        { type: "text" as const, text: "Look:" },
        { type: "image_url" as const, image_url: { url } },
      ];
      await expect(client.beta.threads.messages.create(id, { role: "user", content })).rejects.toThrow(
        "400 Invalid 'content[1].image_url.url'. Expected a valid URL, but got a value with an invalid format.",
      );
    }
    const missing = [{ type: "image_file" as const, image_file: { file_id: "file-x" } }];
    await expect(client.beta.threads.messages.create(id, { role: "user", content: missing })).rejects.toThrow(
      "No file found",
    );
  });

  test("attachments become the thread's: code gets the files, search a store that grows", async () => {
    const { client } = await startServer();
    const { id } = await client.beta.threads.create();
    const one = await uploadText(client, "one.txt", "one");
    const two = await uploadText(client, "two.txt", "two");
    const attach = (fileId: string, ...types: ("code_interpreter" | "file_search")[]) =>
      client.beta.threads.messages.create(id, {
        role: "user",
        content: "Here.",
        attachments: [{ file_id: fileId, tools: types.map((type) => ({ type })) }],
      });
    await attach(one, "code_interpreter", "file_search");
    const first = (await client.beta.threads.retrieve(id)).tool_resources;
    expect(first?.code_interpreter).toEqual({ file_ids: [one] });
    const [storeId = ""] = first?.file_search?.vector_store_ids ?? [];
    expect((await client.vectorStores.retrieve(storeId)).expires_after).toEqual({ anchor: "last_active_at", days: 7 });
    await attach(two, "file_search");
    await attach(one, "code_interpreter", "file_search");
    expect((await client.beta.threads.retrieve(id)).tool_resources).toEqual(first);
    const { data } = await client.vectorStores.files.list(storeId, { order: "asc" });
    expect(data.map((file) => file.id)).toEqual([one, two]);
  });

  test("pages lie as the API says, also before an object, and stay where they are while messages come", async () => {
    const { client } = await startServer();
    const { id } = await client.beta.threads.create();
    const add = async () => (await client.beta.threads.messages.create(id, { role: "user", content: "x" })).id;
    const [m1, m2, m3] = [await add(), await add(), await add()];
    const page = async (query: OpenAI.Beta.Threads.MessageListParams) => {
      const { data, has_more: more } = await client.beta.threads.messages.list(id, query);
      return [data.map((message) => message.id), more];
    };
    expect(await page({ before: m2, limit: 1 })).toEqual([[m3], false]);
    expect(await page({ before: m1 })).toEqual([[m3, m2], false]);
    expect(await page({ before: m1, limit: 1 })).toEqual([[m2], true]);
    expect(await page({ before: m3 })).toEqual([[], false]);
    expect(await page({ after: m3, limit: 1 })).toEqual([[m2], true]);
    const m4 = await add();
    expect(await page({ after: m3, limit: 1 })).toEqual([[m2], true]);
    expect(await page({ order: "asc", after: m2 })).toEqual([[m3, m4], false]);
    const empty = await (await startServer()).send("GET", "/v1/assistants");
    expect(await empty.json()).toEqual({ object: "list", data: [], first_id: null, last_id: null, has_more: false });
  });
});
