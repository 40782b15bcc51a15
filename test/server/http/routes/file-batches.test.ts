import { describe, expect, test } from "vitest";
import { startServer } from "../../harness.ts";
import { settled, uploadText } from "../../domain/vector-stores/library.ts";

const errorOf = async (response: Response) => ((await response.json()) as { error: Record<string, unknown> }).error;
const noFiles = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };

describe("a batch of files", () => {
  test("counts honestly from the beginning to the end", async () => {
    const server = await startServer();
    const { client } = server;
    const good = await uploadText(server, "a.md", "alpha");
    const bad = await uploadText(server, "b.png", "\0\u0001");
    const { id: storeId } = await client.vectorStores.create({});
    const created = await client.vectorStores.fileBatches.create(storeId, {
      file_ids: [good, bad, good],
      attributes: { x: 1 },
    });
    expect(created).toEqual({
      id: "vsfb_000000000000000000000001",
      object: "vector_store.file_batch",
      created_at: expect.any(Number),
      vector_store_id: storeId,
      status: "in_progress",
      file_counts: { ...noFiles, in_progress: 2, total: 2 },
    });
    const done = await client.vectorStores.fileBatches.poll(storeId, created.id);
    expect(done).toMatchObject({ status: "completed", file_counts: { ...noFiles, completed: 1, failed: 1, total: 2 } });
    const files = await client.vectorStores.fileBatches.listFiles(created.id, {
      vector_store_id: storeId,
      order: "asc",
    });
    expect(files.data.map(({ id, status, attributes }) => [id, status, attributes])).toEqual([
      [good, "completed", { x: 1 }],
      [bad, "failed", { x: 1 }],
    ]);
    const failed = await client.vectorStores.fileBatches.listFiles(created.id, {
      vector_store_id: storeId,
      filter: "failed",
    });
    expect(failed.data.map(({ id }) => id)).toEqual([bad]);
  });

  test("takes attributes and chunking from each file when it says them", async () => {
    const server = await startServer();
    const { client } = server;
    const [a, b] = [await uploadText(server, "a.md", "a"), await uploadText(server, "b.md", "b")];
    const { id } = await client.vectorStores.create({});
    const chunking = { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 100 } } as const;
    const batch = await client.vectorStores.fileBatches.createAndPoll(id, {
      files: [{ file_id: a, attributes: { n: 1 }, chunking_strategy: chunking }, { file_id: b }],
    });
    expect(batch.file_counts.completed).toBe(2);
    const { data } = await client.vectorStores.files.list(id, { order: "asc" });
    expect(data.map(({ attributes }) => attributes)).toEqual([{ n: 1 }, {}]);
    expect(data[0]?.chunking_strategy).toEqual(chunking);
  });

  test("is uploaded and polled by the client's own helper", async () => {
    const { client } = await startServer();
    const { id } = await client.vectorStores.create({});
    const files = ["a", "b", "c"].map((name) => new File([name], `${name}.md`));
    const batch = await client.vectorStores.fileBatches.uploadAndPoll(id, { files });
    expect(batch).toMatchObject({ status: "completed", file_counts: { completed: 3, total: 3 } });
  });

  test("that is cancelled keeps what is indexed and stops the rest", async () => {
    const server = await startServer();
    const { client } = server;
    const ids = await Promise.all(["a", "b", "c"].map((name) => uploadText(server, `${name}.md`, name)));
    const { id } = await client.vectorStores.create({});
    const batch = await client.vectorStores.fileBatches.create(id, { file_ids: ids });
    const cancelled = await client.vectorStores.fileBatches.cancel(batch.id, { vector_store_id: id });
    expect(cancelled).toMatchObject({ status: "cancelled", file_counts: { ...noFiles, cancelled: 3, total: 3 } });
    await settled(server, id);
    expect(await client.vectorStores.fileBatches.retrieve(batch.id, { vector_store_id: id })).toEqual(cancelled);
    expect((await client.vectorStores.retrieve(id)).file_counts).toEqual(cancelled.file_counts);
    expect((await client.vectorStores.search(id, { query: "a b c" })).data).toEqual([]);
    const once = await client.vectorStores.fileBatches.createAndPoll(id, { file_ids: ids });
    expect(once.file_counts).toMatchObject({ completed: 3, cancelled: 0 });
    const over = await client.vectorStores.fileBatches.cancel(once.id, { vector_store_id: id });
    expect(over).toMatchObject({ status: "completed", file_counts: { completed: 3 } });
  });

  test("knows its own files when one is taken out of the store", async () => {
    const server = await startServer();
    const { client } = server;
    const fileId = await uploadText(server, "a.md", "alpha");
    const { id } = await client.vectorStores.create({});
    const batch = await client.vectorStores.fileBatches.create(id, { file_ids: [fileId] });
    await client.vectorStores.files.delete(fileId, { vector_store_id: id });
    expect(await client.vectorStores.fileBatches.retrieve(batch.id, { vector_store_id: id })).toMatchObject({
      status: "completed",
      file_counts: { ...noFiles, cancelled: 1, total: 1 },
    });
  });

  test.each([
    [{}, 400, "Missing required parameter: 'file_ids'."],
    [{ file_ids: [] }, 400, "empty array"],
    [{ file_ids: ["file-none"] }, 404, "No file found with id 'file-none'."],
    [{ file_ids: ["file-1"], files: [{ file_id: "file-1" }] }, 400, "Only one of 'file_ids' and 'files' can be given."],
    [{ files: [{ attributes: {} }] }, 400, "Missing required parameter: 'files[0].file_id'."],
  ])("%j is refused", async (body, status, message) => {
    const { client, send } = await startServer();
    const { id } = await client.vectorStores.create({});
    const response = await send("POST", `/v1/vector_stores/${id}/file_batches`, body);
    expect(response.status).toBe(status);
    expect((await errorOf(response))["message"]).toContain(message);
    expect((await client.vectorStores.retrieve(id)).file_counts).toEqual(noFiles);
  });

  test("belongs to its vector store", async () => {
    const server = await startServer();
    const { client, send } = server;
    const fileId = await uploadText(server, "a.md", "alpha");
    const [one, two] = [await client.vectorStores.create({}), await client.vectorStores.create({})];
    const batch = await client.vectorStores.fileBatches.create(one.id, { file_ids: [fileId] });
    const elsewhere = await send("GET", `/v1/vector_stores/${two.id}/file_batches/${batch.id}`);
    expect(elsewhere.status).toBe(404);
    expect((await errorOf(elsewhere))["message"]).toBe(`No vector store file batch found with id '${batch.id}'.`);
    await settled(server, one.id);
  });
});
