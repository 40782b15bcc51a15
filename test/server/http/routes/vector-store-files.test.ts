import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { startServer } from "../../harness.ts";
import { docx, pdf } from "../../search/documents.ts";
import { settled, storeOf, uploadText } from "../../domain/vector-stores/library.ts";

const errorOf = async (response: Response) => ((await response.json()) as { error: Record<string, unknown> }).error;

describe("a file of a vector store", () => {
  test("has every field, before and after it is indexed", async () => {
    const server = await startServer();
    const { client } = server;
    const fileId = await uploadText(server, "a.md", "alpha");
    const { id } = await client.vectorStores.create({});
    const created = await client.vectorStores.files.create(id, {
      file_id: fileId,
      attributes: { year: 2024, draft: true },
    });
    const expected = {
      id: fileId,
      object: "vector_store.file",
      created_at: expect.any(Number),
      vector_store_id: id,
      last_error: null,
      chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } },
      attributes: { year: 2024, draft: true },
    };
    expect(created).toEqual({ ...expected, status: "in_progress", usage_bytes: 0 });
    expect(await client.vectorStores.files.poll(id, fileId)).toEqual({
      ...expected,
      status: "completed",
      usage_bytes: 5,
    });
  });

  test("of every readable kind becomes text, by the client's own helpers", async () => {
    const { client } = await startServer();
    const { id } = await client.vectorStores.create({});
    const documents = {
      "a.pdf": pdf("from a PDF"),
      "b.docx": docx("from Word"),
      "c.html": Buffer.from("<p>from <b>HTML</b>"),
    };
    for (const [name, bytes] of Object.entries(documents)) {
      const upload = new File([new Uint8Array(bytes)], name);
      const { id: fileId, status } = await client.vectorStores.files.uploadAndPoll(id, upload);
      expect(status).toBe("completed");
      const [content] = await Array.fromAsync(client.vectorStores.files.content(fileId, { vector_store_id: id }));
      expect(content).toEqual({ type: "text", text: expect.stringMatching(/^from (a PDF|Word|HTML)$/) });
    }
  });

  test.each([
    ["a.txt", new TextEncoder().encode(" \n"), "invalid_file", "The file could not be parsed because it is empty."],
    ["a.pdf", new Uint8Array([1, 2, 3]), "invalid_file", "The file could not be parsed because it is not a valid PDF."],
  ])("that cannot be read fails, and says why: %s %#", async (name, bytes, code, message) => {
    const { client } = await startServer();
    const { id } = await client.vectorStores.create({});
    const failed = await client.vectorStores.files.uploadAndPoll(id, new File([bytes], name));
    expect(failed).toMatchObject({ status: "failed", last_error: { code, message }, usage_bytes: 0 });
    expect(await client.vectorStores.retrieve(id)).toMatchObject({
      status: "completed",
      file_counts: { failed: 1, total: 1 },
    });
  });

  test("of an unsupported format is refused wherever it is attached, and fails alone in a batch", async () => {
    const server = await startServer();
    const { client } = server;
    const png = new File([new Uint8Array([0x89, 0x50, 0, 0])], "a.png");
    const { id: fileId } = await client.files.create({ file: png, purpose: "assistants" });
    const { id: storeId } = await client.vectorStores.create({});
    const { id: threadId } = await client.beta.threads.create();
    const tools = [{ type: "file_search" }];
    const fileSearch = { vector_stores: [{ file_ids: [fileId] }] };
    for (const [path, body] of [
      [`/v1/vector_stores/${storeId}/files`, { file_id: fileId }],
      ["/v1/vector_stores", { file_ids: [fileId] }],
      [`/v1/threads/${threadId}/messages`, { role: "user", content: "x", attachments: [{ file_id: fileId, tools }] }],
      ["/v1/assistants", { model: "m", tools, tool_resources: { file_search: fileSearch } }],
      ["/v1/threads", { tool_resources: { file_search: fileSearch } }],
    ] as const) {
      const refused = await server.send("POST", path, body);
      expect(refused.status).toBe(400);
      expect(await errorOf(refused)).toMatchObject({
        message: expect.stringMatching(/^Files with extensions \[\.png\] are not supported for retrieval\. See /),
        param: "file_ids",
        code: "unsupported_file",
      });
    }
    const batch = await client.vectorStores.fileBatches.createAndPoll(storeId, { file_ids: [fileId] });
    expect(batch.file_counts).toMatchObject({ failed: 1, total: 1 });
    const drawn = await client.beta.threads.messages.create(threadId, {
      role: "user",
      content: "x",
      attachments: [{ file_id: fileId, tools: [{ type: "code_interpreter" }] }],
    });
    expect(drawn.attachments).toHaveLength(1);
  });

  test("is cut as it was asked to be, and its content is whole all the same", async () => {
    const server = await startServer();
    const { client, services } = server;
    const text = Array.from({ length: 120 }, (_, index) => `Paragraph ${index} says déjà vu. `).join("");
    const fileId = await uploadText(server, "a.md", text);
    const { id } = await client.vectorStores.create({});
    const chunking = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 20 } } as const;
    const file = await client.vectorStores.files.createAndPoll(id, { file_id: fileId, chunking_strategy: chunking });
    expect(file.chunking_strategy).toEqual(chunking);
    const facts = await services.store.chunks.facts([id]);
    expect(facts.length).toBeGreaterThan(5);
    expect(Math.max(...facts.map(({ tokens }) => tokens))).toBe(100);
    const [content] = await Array.fromAsync(client.vectorStores.files.content(fileId, { vector_store_id: id }));
    expect(content?.text).toBe(text);
  });

  test("gets new attributes whole", async () => {
    const server = await startServer();
    const { id, fileIds } = await storeOf(server, { "a.md": "alpha" });
    const fileId = fileIds[0] ?? "";
    const { files } = server.client.vectorStores;
    await files.update(fileId, { vector_store_id: id, attributes: { a: 1, b: "x" } });
    const updated = await files.update(fileId, { vector_store_id: id, attributes: { c: false } });
    expect(updated.attributes).toEqual({ c: false });
    expect(updated.status).toBe("completed");
    expect((await files.update(fileId, { vector_store_id: id, attributes: null })).attributes).toEqual({});
    const long = await server.send("POST", `/v1/vector_stores/${id}/files/${fileId}`, {
      attributes: { a: "x".repeat(513) },
    });
    expect(long.status).toBe(400);
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 1]));
    expect((await server.send("POST", `/v1/vector_stores/${id}/files/${fileId}`, { attributes: many })).status).toBe(
      400,
    );
  });

  test("that is put in again is indexed again only when it is to be cut in another way", async () => {
    const server = await startServer();
    const { client } = server;
    const { id, fileIds } = await storeOf(server, { "a.md": "alpha" });
    const fileId = fileIds[0] ?? "";
    const same = await client.vectorStores.files.create(id, { file_id: fileId, attributes: { new: true } });
    expect(same).toMatchObject({ status: "completed", attributes: { new: true } });
    const chunking = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } } as const;
    const other = await client.vectorStores.files.create(id, { file_id: fileId, chunking_strategy: chunking });
    expect(other).toMatchObject({ status: "in_progress", attributes: {} });
    await settled(server, id);
    expect((await client.vectorStores.retrieve(id)).file_counts).toMatchObject({ completed: 1, total: 1 });
    expect((await client.vectorStores.search(id, { query: "alpha" })).data).toHaveLength(1);
  });

  test("that is taken out is not found any more, and the file itself stays", async () => {
    const server = await startServer();
    const { client } = server;
    const { id, fileIds } = await storeOf(server, { "a.md": "alpha", "b.md": "alpha beta" });
    const fileId = fileIds[0] ?? "";
    expect(await client.vectorStores.files.delete(fileId, { vector_store_id: id })).toEqual({
      id: fileId,
      object: "vector_store.file.deleted",
      deleted: true,
    });
    const gone = await server.send("GET", `/v1/vector_stores/${id}/files/${fileId}`);
    expect(gone.status).toBe(404);
    expect((await errorOf(gone))["message"]).toBe(`No file found with id '${fileId}' in vector store '${id}'.`);
    expect((await client.vectorStores.search(id, { query: "alpha" })).data.map(({ filename }) => filename)).toEqual([
      "b.md",
    ]);
    expect(await client.vectorStores.retrieve(id)).toMatchObject({
      usage_bytes: 10,
      file_counts: { completed: 1, total: 1 },
    });
    expect((await client.files.retrieve(fileId)).id).toBe(fileId);
  });

  test("is listed by status, with cursors", async () => {
    const server = await startServer();
    const { client } = server;
    const { id, fileIds } = await storeOf(server, { "a.md": "a", "b.pdf": "\0\u0001", "c.md": "c" });
    const listed = async (query: OpenAI.VectorStores.FileListParams) =>
      (await client.vectorStores.files.list(id, query)).data.map((file) => file.id);
    const [a, b, c] = fileIds;
    expect(await listed({ order: "asc" })).toEqual([a, b, c]);
    expect(await listed({ filter: "failed" })).toEqual([b]);
    expect(await listed({ filter: "completed", after: c ?? "" })).toEqual([a]);
    expect(await listed({ before: a ?? "", limit: 1 })).toEqual([b]);
    const walked = await Array.fromAsync(client.vectorStores.files.list(id, { limit: 1 }));
    expect(walked.map((file) => file.id)).toEqual([c, b, a]);
    const path = `/v1/vector_stores/${id}/files`;
    expect((await server.send("GET", `${path}?filter=lost`)).status).toBe(400);
    const nowhere = await server.send("GET", `${path}?after=file-none`);
    expect((await errorOf(nowhere))["message"]).toBe("No file found with id 'file-none'.");
  });
});
