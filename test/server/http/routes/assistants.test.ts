import { describe, expect, test } from "vitest";
import { startServer } from "../../harness.ts";

describe("assistants", () => {
  test("a new one has every field, with the API's defaults", async () => {
    const { client } = await startServer();
    const created = await client.beta.assistants.create({ model: "m" });
    expect(created).toEqual({
      id: "asst_000000000000000000000001",
      object: "assistant",
      created_at: expect.any(Number),
      name: null,
      description: null,
      model: "m",
      instructions: null,
      tools: [],
      top_p: 1,
      temperature: 1,
      tool_resources: {},
      metadata: {},
      response_format: "auto",
      reasoning_effort: null,
    });
    expect(await client.beta.assistants.retrieve(created.id)).toEqual(created);
  });

  test("an update keeps what is absent, replaces tools and metadata whole, and takes null for the default", async () => {
    const { client } = await startServer();
    const { id } = await client.beta.assistants.create({
      model: "m",
      name: "weather",
      temperature: 0.2,
      metadata: { a: "1", b: "2" },
      tools: [{ type: "code_interpreter" }, { type: "function", function: { name: "f" } }],
    });
    const updated = await client.beta.assistants.update(id, {
      metadata: { c: "3" },
      tools: [{ type: "file_search" }],
      temperature: null,
    });
    expect(updated).toMatchObject({
      name: "weather",
      metadata: { c: "3" },
      tools: [{ type: "file_search" }],
      temperature: 1,
    });
    expect(await client.beta.assistants.retrieve(id)).toEqual(updated);
  });

  test("a deleted one is gone", async () => {
    const { client, send } = await startServer();
    const { id } = await client.beta.assistants.create({ model: "m" });
    expect(await client.beta.assistants.delete(id)).toEqual({ id, object: "assistant.deleted", deleted: true });
    const again = await send("DELETE", `/v1/assistants/${id}`);
    expect(again.status).toBe(404);
    expect(await again.json()).toEqual({
      error: { message: `No assistant found with id '${id}'.`, type: "invalid_request_error", param: null, code: null },
    });
  });

  test("the client reads all pages, also while it deletes what it reads", async () => {
    const { client } = await startServer();
    for (let number = 0; number < 25; number++) await client.beta.assistants.create({ model: `m${number}` });
    const seen: string[] = [];
    for await (const { id, model } of client.beta.assistants.list({ limit: 4, order: "asc" })) {
      seen.push(model);
      await client.beta.assistants.delete(id);
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, number) => `m${number}`));
    expect((await client.beta.assistants.list()).data).toEqual([]);
  });
});
