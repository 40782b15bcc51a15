import { describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../../harness.ts";
import { clockAt } from "../../domain/vector-stores/clock.ts";
import { settled, storeOf, uploadText } from "../../domain/vector-stores/library.ts";
import { vectorStores } from "../../../../src/server/domain/kinds.ts";

const errorOf = async (response: Response) => ((await response.json()) as { error: Record<string, unknown> }).error;
const noFiles = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
const day = 24 * 3600;

describe("a vector store", () => {
  test("has every field, with the API's defaults", async () => {
    const { client } = await startServer();
    const created = await client.vectorStores.create({});
    expect(created).toEqual({
      id: "vs_000000000000000000000001",
      object: "vector_store",
      created_at: expect.any(Number),
      name: null,
      description: null,
      usage_bytes: 0,
      file_counts: noFiles,
      status: "completed",
      expires_after: null,
      expires_at: null,
      last_active_at: created.created_at,
      metadata: {},
    });
    expect(await client.vectorStores.retrieve(created.id)).toEqual(created);
  });

  test("is in progress until its files are indexed, and counts what they use", async () => {
    const server = await startServer();
    const fileId = await uploadText(server, "a.md", "Rückgabe");
    const created = await server.client.vectorStores.create({ name: "handbook", file_ids: [fileId, fileId] });
    expect(created).toMatchObject({ status: "in_progress", file_counts: { ...noFiles, in_progress: 1, total: 1 } });
    await settled(server, created.id);
    expect(await server.client.vectorStores.retrieve(created.id)).toMatchObject({
      status: "completed",
      usage_bytes: 9,
      file_counts: { ...noFiles, completed: 1, total: 1 },
    });
  });

  test("is changed where the change says so", async () => {
    const { client } = await startServer();
    const { id } = await client.vectorStores.create({
      name: "handbook",
      metadata: { a: "1" },
      expires_after: { anchor: "last_active_at", days: 2 },
    });
    const renamed = await client.vectorStores.update(id, { name: "manual" });
    expect(renamed).toMatchObject({ name: "manual", metadata: { a: "1" }, expires_after: { days: 2 } });
    const bare = await client.vectorStores.update(id, { name: null, metadata: { b: "2" }, expires_after: null });
    expect(bare).toMatchObject({ name: null, metadata: { b: "2" }, expires_after: null, expires_at: null });
    expect(await client.vectorStores.retrieve(id)).toEqual(bare);
  });

  test("is deleted with what was indexed in it, and its files stay", async () => {
    const server = await startServer();
    const { client, services } = server;
    const { id, fileIds } = await storeOf(server, { "a.md": "alpha" });
    expect(await client.vectorStores.delete(id)).toEqual({ id, object: "vector_store.deleted", deleted: true });
    expect(await services.store.chunks.facts([id])).toEqual([]);
    expect((await client.files.retrieve(fileIds[0] ?? "")).filename).toBe("a.md");
    const again = await server.send("DELETE", `/v1/vector_stores/${id}`);
    expect(again.status).toBe(404);
    expect((await errorOf(again))["message"]).toBe(`No vector store found with id '${id}'.`);
  });

  test("is listed newest first, with cursors", async () => {
    const { client } = await startServer();
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) ids.push((await client.vectorStores.create({ name })).id);
    const [a, b, c] = ids;
    expect((await client.vectorStores.list()).data.map(({ id }) => id)).toEqual([c, b, a]);
    expect((await client.vectorStores.list({ before: a ?? "", limit: 1 })).data.map(({ id }) => id)).toEqual([b]);
    const all = await Array.fromAsync(client.vectorStores.list({ limit: 1, order: "asc" }));
    expect(all.map(({ id }) => id)).toEqual([a, b, c]);
  });

  test("expires so many days after it was last used, and then refuses everything but being looked at and deleted", async () => {
    const clock = clockAt(1_000_000);
    const server = await startServer({ services: { clock } });
    const { client, send } = server;
    const fileId = await uploadText(server, "a.md", "alpha");
    const created = await client.vectorStores.create({ expires_after: { anchor: "last_active_at", days: 1 } });
    const { id } = created;
    expect(created.expires_at).toBe(1_000_000 + day);
    clock.advance(day - 1);
    await client.vectorStores.search(id, { query: "x" });
    expect(await client.vectorStores.retrieve(id)).toMatchObject({
      status: "completed",
      last_active_at: 1_000_000 + day - 1,
      expires_at: 1_000_000 + 2 * day - 1,
    });
    clock.advance(day);
    expect(await client.vectorStores.retrieve(id)).toMatchObject({ status: "expired" });
    const bodies = [
      ["/search", { query: "x" }],
      ["/files", { file_id: fileId }],
      ["/file_batches", { file_ids: [fileId] }],
      ["", { name: "n" }],
    ] as const;
    for (const [path, body] of bodies) {
      const refused = await send("POST", `/v1/vector_stores/${id}${path}`, body);
      expect(refused.status).toBe(400);
      expect((await errorOf(refused))["message"]).toBe(`Vector store '${id}' has expired.`);
    }
    expect((await client.vectorStores.delete(id)).deleted).toBe(true);
  });
});

describe("a vector store is refused", () => {
  test.each([
    [{ file_ids: ["file-none"] }, 404, "No file found with id 'file-none'.", null],
    [{ file_ids: ["x"] }, 400, "Invalid 'file_id': 'x'. Expected an ID that begins with 'file'.", "file_id"],
    [{ colour: "red" }, 400, "Unknown parameter: 'colour'.", "colour"],
    [{ expires_after: { anchor: "created_at", days: 1 } }, 400, "Invalid value: 'created_at'.", "expires_after.anchor"],
    [{ expires_after: { anchor: "last_active_at", days: 366 } }, 400, "Expected a value <= 365", "expires_after.days"],
    [
      { chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 99, chunk_overlap_tokens: 0 } } },
      400,
      "Expected a value >= 100",
      "chunking_strategy.static.max_chunk_size_tokens",
    ],
    [{ metadata: { a: 1 } }, 400, "Invalid type for 'metadata.a'", "metadata.a"],
  ])("%j", async (body, status, message, param) => {
    const { send, services } = await startServer();
    const response = await send("POST", "/v1/vector_stores", body);
    expect(response.status).toBe(status);
    const error = await errorOf(response);
    expect(error["message"]).toContain(message);
    expect(error["param"]).toBe(param);
    expect(await services.store.get(vectorStores, "vs_000000000000000000000001")).toBeNull();
  });
  test("when chunks would overlap by more than half, on every way in, also without a file", async () => {
    const server = await startServer();
    const { client } = server;
    const { id: storeId } = await client.vectorStores.create({});
    const { id: fileId } = await client.files.create({ file: new File(["a"], "a.txt"), purpose: "assistants" });
    const { id: assistantId } = await client.beta.assistants.create({ model: "m", instructions: "x" });
    const wrong = {
      chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 51 } },
    };
    const resources = { tool_resources: { file_search: { vector_stores: [wrong] } } };
    const inResources = "tool_resources.file_search.vector_stores[0].";
    const asked: [path: string, body: object, place: string][] = [
      ["/v1/vector_stores", wrong, ""],
      [`/v1/vector_stores/${storeId}/files`, { file_id: fileId, ...wrong }, ""],
      [`/v1/vector_stores/${storeId}/file_batches`, { file_ids: [fileId], ...wrong }, ""],
      [`/v1/vector_stores/${storeId}/file_batches`, { files: [{ file_id: fileId, ...wrong }] }, "files[0]."],
      ["/v1/assistants", { model: "m", ...resources }, inResources],
      [`/v1/assistants/${assistantId}`, resources, inResources],
      ["/v1/threads", resources, inResources],
      ["/v1/threads/runs", { assistant_id: assistantId, ...resources }, inResources],
      ["/v1/threads/runs", { assistant_id: assistantId, thread: resources }, `thread.${inResources}`],
    ];
    for (const [path, body, place] of asked) {
      const response = await server.send("POST", path, body);
      expect(response.status).toBe(400);
      const param = `${place}chunking_strategy.static.chunk_overlap_tokens`;
      expect(await response.json()).toMatchObject({ error: { param, code: "integer_above_max_value" } });
    }
  });

  test("when chunks would overlap by more than half", async () => {
    const server = await startServer();
    const fileId = await uploadText(server, "a.md", "alpha");
    const response = await server.send("POST", "/v1/vector_stores", {
      file_ids: [fileId],
      chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 101, chunk_overlap_tokens: 51 } },
    });
    expect(await errorOf(response)).toMatchObject({
      message:
        "Invalid 'chunking_strategy.static.chunk_overlap_tokens': integer above maximum value. Expected a value <= 50, but got 51 instead.",
      param: "chunking_strategy.static.chunk_overlap_tokens",
    });
  });
});

describe("a search", () => {
  const texts = {
    "returns.md": "# Returns\nUnworn goods are taken back within 30 days. Refunds are paid in 5 days.",
    "shipping.md": "# Shipping\nParcels arrive within 3 days. Express parcels arrive tomorrow.",
    "gifts.md": "# Gift cards\nGift cards never expire and are not refunded.",
  };
  const search = async ({ client }: TestServer, id: string, query: Parameters<typeof client.vectorStores.search>[1]) =>
    (await client.vectorStores.search(id, query)).data;

  test("finds the passage, with its file, score and attributes", async () => {
    const server = await startServer();
    const { id, fileIds } = await storeOf(server, texts);
    await server.client.vectorStores.files.update(fileIds[0] ?? "", {
      vector_store_id: id,
      attributes: { team: "care" },
    });
    const [first, ...others] = await search(server, id, { query: "refund paid" });
    expect(first).toEqual({
      file_id: fileIds[0],
      filename: "returns.md",
      score: expect.any(Number),
      attributes: { team: "care" },
      content: [{ type: "text", text: texts["returns.md"] }],
    });
    expect(others.map(({ filename }) => filename)).toEqual(["gifts.md"]);
    expect(first?.score).toBeGreaterThan(others[0]?.score ?? 1);
  });

  test("answers in the API's form, echoing its queries", async () => {
    const server = await startServer();
    const { id } = await storeOf(server, texts);
    const response = await server.send("POST", `/v1/vector_stores/${id}/search`, {
      query: ["parcels", "gift"],
      rewrite_query: true,
    });
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({
      object: "vector_store.search_results.page",
      search_query: ["parcels", "gift"],
      has_more: false,
      next_page: null,
    });
    expect((body["data"] as { filename: string }[]).map(({ filename }) => filename).toSorted()).toEqual([
      "gifts.md",
      "shipping.md",
    ]);
  });

  test("gives as much as was asked for, and nothing below the threshold", async () => {
    const server = await startServer();
    const { id } = await storeOf(server, texts);
    const all = await search(server, id, { query: "refund days" });
    expect(all).toHaveLength(3);
    expect(await search(server, id, { query: "refund days", max_num_results: 1 })).toEqual(all.slice(0, 1));
    const threshold = all[1]?.score ?? 0;
    expect(await search(server, id, { query: "refund days", ranking_options: { score_threshold: threshold } })).toEqual(
      all.slice(0, 2),
    );
    expect(await search(server, id, { query: "unheard of" })).toEqual([]);
    expect(await search(server, id, { query: '"*" AND NEAR(' })).toEqual([]);
  });

  test("keeps to the files whose attributes pass the filter", async () => {
    const server = await startServer();
    const { id, fileIds } = await storeOf(server, texts);
    for (const [index, fileId] of fileIds.entries())
      await server.client.vectorStores.files.update(fileId, {
        vector_store_id: id,
        attributes: { year: 2022 + index },
      });
    const filters = { type: "gt", key: "year", value: 2022 } as const;
    const found = await search(server, id, { query: "refund days", filters });
    expect(found.map(({ filename }) => filename).toSorted()).toEqual(["gifts.md", "shipping.md"]);
    const wrong = await server.send("POST", `/v1/vector_stores/${id}/search`, {
      query: "x",
      filters: { type: "like" },
    });
    expect(wrong.status).toBe(400);
  });

  test("ranks the same whatever other stores hold", async () => {
    const server = await startServer();
    const { id } = await storeOf(server, texts);
    const alone = await search(server, id, { query: "parcels and refunds" });
    await storeOf(server, { "other.md": "parcels ".repeat(50), "another.md": "refunds" });
    expect(await search(server, id, { query: "parcels and refunds" })).toEqual(alone);
  });

  test.each([
    [{}, "Missing required parameter: 'query'."],
    [{ query: "x", max_num_results: 51 }, "Expected a value <= 50"],
    [{ query: "x", ranking_options: { score_threshold: 2 } }, "Expected a value <= 1"],
    [{ query: [] }, "empty array"],
  ])("%j is refused", async (body, message) => {
    const server = await startServer();
    const { id } = await server.client.vectorStores.create({});
    const response = await server.send("POST", `/v1/vector_stores/${id}/search`, body);
    expect(response.status).toBe(400);
    expect((await errorOf(response))["message"]).toContain(message);
  });
});
