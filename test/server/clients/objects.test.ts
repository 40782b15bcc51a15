import { toFile } from "openai";
import { describe, expect, test } from "vitest";
import { connected, majors } from "./majors.ts";

describe.each(majors)("version $major of the official client", (major) => {
  test("keeps assistants", async () => {
    const { api, assistantId, ...dialect } = await connected(major);
    const { assistants } = api.beta;
    const made = await assistants.create({ model: "m", name: "one", instructions: "Be brief." });
    const changed = await assistants.update(made.id, { name: "two", metadata: { a: "b" } });
    expect(changed).toEqual({ ...made, name: "two", metadata: { a: "b" } });
    expect(await assistants.retrieve(made.id)).toEqual(changed);
    const listed = await Array.fromAsync(assistants.list({ limit: 1, order: "asc" }));
    expect(listed.map(({ id }) => id)).toEqual([assistantId, made.id]);
    expect(await dialect.deleteAssistant(made.id)).toEqual({ id: made.id, object: "assistant.deleted", deleted: true });
    await expect(assistants.retrieve(made.id)).rejects.toMatchObject({ status: 404, type: "invalid_request_error" });
  });

  test("keeps threads and messages", async () => {
    const { api, ...dialect } = await connected(major);
    const { threads } = api.beta;
    const thread = await threads.create({ messages: [{ role: "user", content: "one" }], metadata: { a: "b" } });
    expect(await threads.update(thread.id, { metadata: { a: "c" } })).toEqual({ ...thread, metadata: { a: "c" } });
    const two = await threads.messages.create(thread.id, { role: "assistant", content: [{ type: "text", text: "2" }] });
    expect(two.content).toEqual([{ type: "text", text: { value: "2", annotations: [] } }]);
    const changed = await dialect.updateMessage(thread.id, two.id, { seen: "yes" });
    expect(changed).toEqual({ ...two, metadata: { seen: "yes" } });
    expect(await dialect.retrieveMessage(thread.id, two.id)).toEqual(changed);
    expect((await dialect.deleteMessage(thread.id, two.id)).deleted).toBe(true);
    expect((await threads.messages.list(thread.id)).data).toHaveLength(1);
    expect((await dialect.deleteThread(thread.id)).deleted).toBe(true);
    await expect(threads.retrieve(thread.id)).rejects.toMatchObject({ status: 404 });
  });

  test("pages automatically through more than one page", async () => {
    const { api } = await connected(major);
    const texts = Array.from({ length: 105 }, (_, index) => `message ${index}`);
    const { id } = await api.beta.threads.create({ messages: texts.map((content) => ({ role: "user", content })) });
    for (const limit of [100, 7]) {
      const read: string[] = [];
      for await (const { content } of api.beta.threads.messages.list(id, { limit, order: "asc" }))
        read.push(content[0]?.type === "text" ? content[0].text.value : "");
      expect(read).toEqual(texts);
    }
  });

  test("keeps files", async () => {
    const { api, ...dialect } = await connected(major);
    const file = await toFile(Buffer.from("äöü\0\n"), "data.bin");
    const { id, bytes } = await api.files.create({ file, purpose: "batch" });
    expect(bytes).toBe(8);
    expect(await (await api.files.content(id)).text()).toBe("äöü\0\n");
    expect((await Array.fromAsync(api.files.list({ purpose: "batch" }))).map((each) => each.id)).toEqual([id]);
    expect((await api.files.waitForProcessing(id)).status).toBe("processed");
    expect(await dialect.deleteFile(id)).toEqual({ id, object: "file", deleted: true });
    await expect(api.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  test("keeps vector stores, their files and their batches", async () => {
    const { api, ...dialect } = await connected(major);
    const { vectorStores } = api;
    const store = await vectorStores.create({ name: "handbook" });
    expect((await vectorStores.update(store.id, { name: "guide" })).name).toBe("guide");
    const pages = ["Breakfast is at seven.", "Checkout is at noon."];
    const batch = await vectorStores.fileBatches.uploadAndPoll(store.id, {
      files: await Promise.all(pages.map((text, index) => toFile(Buffer.from(text), `${index}.md`))),
    });
    expect(batch).toMatchObject({ status: "completed", file_counts: { completed: 2, total: 2 } });
    expect(await dialect.retrieveBatch(store.id, batch.id)).toEqual(batch);
    expect((await dialect.cancelBatch(store.id, batch.id)).status).toBe("completed");
    const [first = { id: "" }] = await Array.fromAsync(dialect.listFilesOfBatch(store.id, batch.id));

    const { id } = await api.files.create({
      file: await toFile(Buffer.from("Pets stay free."), "pets.txt"),
      purpose: "assistants",
    });
    const added = await vectorStores.files.createAndPoll(store.id, { file_id: id, attributes: { about: "pets" } });
    expect(added).toMatchObject({ status: "completed", attributes: { about: "pets" } });
    expect(await dialect.retrieveVectorStoreFile(store.id, id)).toEqual(added);
    expect((await dialect.updateVectorStoreFile(store.id, id, { about: "dogs" })).attributes).toEqual({
      about: "dogs",
    });
    const [content] = await Array.fromAsync(dialect.contentOfVectorStoreFile(store.id, id));
    expect(content?.text).toBe("Pets stay free.");
    expect(await Array.fromAsync(vectorStores.files.list(store.id, { limit: 1 }))).toHaveLength(3);
    const [found] = await Array.fromAsync(vectorStores.search(store.id, { query: "checkout" }));
    expect(found?.content).toEqual([{ type: "text", text: "Checkout is at noon." }]);

    expect((await dialect.deleteVectorStoreFile(store.id, first.id)).deleted).toBe(true);
    expect((await vectorStores.retrieve(store.id)).file_counts).toMatchObject({ completed: 2, total: 2 });
    expect((await dialect.deleteVectorStore(store.id)).deleted).toBe(true);
    expect(await Array.fromAsync(vectorStores.list())).toEqual([]);
  });
});
