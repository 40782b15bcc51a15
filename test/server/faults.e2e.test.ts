import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type OpenAI from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { removeLeftovers } from "../../src/server/domain/files/uploads.ts";
import type { Services } from "../../src/server/services.ts";
import { databaseFile } from "./faults/folder.ts";
import { beginUpload } from "./faults/upload.ts";
import { startServer } from "./harness.ts";
import { createTester, createThread, lines } from "./runs/lines.ts";
import { spawnServer } from "./runs/spawn.ts";

const limits = { leaseMs: 150 };

/** A second look at the file, past the server. */
function look(database: string): { count(table: string): number; isSound(): boolean } {
  const connection = new DatabaseSync(database);
  onTestFinished(() => connection.close());
  return {
    count: (table) => Number(connection.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]),
    isSound: () => connection.prepare("PRAGMA integrity_check").get()?.["integrity_check"] === "ok",
  };
}

function startAnHourLater(services: Services): Promise<void> {
  return removeLeftovers({ ...services, clock: { ...services.clock, now: () => Date.now() + 3_600_000 } });
}

/** Writes messages until the server is gone; gives the ids of those that it confirmed. */
async function chatter(client: OpenAI, threadId: string): Promise<string[]> {
  const confirmed: string[] = [];
  try {
    for (;;) {
      const { id } = await client.beta.threads.messages.create(threadId, { role: "user", content: "x".repeat(500) });
      confirmed.push(id);
    }
  } catch {
    return confirmed;
  }
}

async function allMessages(client: OpenAI, threadId: string): Promise<string[]> {
  const found = await Array.fromAsync(client.beta.threads.messages.list(threadId, { limit: 100 }));
  return found.map(({ id }) => id);
}

describe("after kill -9", () => {
  test("everything that was confirmed is there, nothing is half done, and every run ends", async () => {
    const database = databaseFile();
    const spawned = await spawnServer(database);
    const { client, baseURL } = spawned;
    const assistantId = await createTester(client);
    const threads = await Promise.all([1, 2, 3, 4].map(() => createThread(client, "go")));
    const busy = await Promise.all(Array.from({ length: 12 }, () => createThread(client, "hello")));
    const upload = beginUpload(fetch, baseURL);
    upload.response.catch(() => {});
    upload.send(3 * 1024 * 1024);
    const talking = threads.map((threadId) => chatter(client, threadId));
    while ((await allMessages(client, threads[0] ?? "")).length < 8) await sleep(10);
    const begun = busy.map((threadId) =>
      client.beta.threads.runs.create(threadId, { assistant_id: assistantId }).catch(() => null),
    );
    expect(await begun[0]).not.toBeNull();
    await spawned.kill();
    const confirmed = await Promise.all(talking);
    const runs = (await Promise.all(begun)).filter((run) => run !== null);
    expect(confirmed.flat().length).toBeGreaterThan(4);

    const file = look(database);
    expect(file.isSound()).toBe(true);
    expect(file.count("blobs")).toBeGreaterThan(0);
    const server = await startServer({ database, limits, lines });
    for (const [index, threadId] of threads.entries())
      expect(await allMessages(server.client, threadId)).toEqual(expect.arrayContaining(confirmed[index] ?? []));
    for (const { id, thread_id: threadId } of runs) {
      const over = await server.client.beta.threads.runs.poll(id, { thread_id: threadId });
      expect(["completed", "failed", "expired"]).toContain(over.status);
    }
    expect((await server.client.files.list()).data).toEqual([]);
    await startAnHourLater(server.services);
    expect(file.count("blobs")).toBe(0);
  });
});

describe("two processes on one database", () => {
  test("start at once, write at once, and lose nothing of each other", async () => {
    const database = databaseFile();
    const servers = await Promise.all([spawnServer(database), spawnServer(database)]);
    const [one, other] = servers.map(({ client }) => client) as [OpenAI, OpenAI];
    const assistantId = await createTester(one);
    const threadId = await createThread(other, "go");
    const write = async (client: OpenAI): Promise<string[]> => {
      const made = Array.from({ length: 40 }, () =>
        client.beta.threads.messages.create(threadId, { role: "user", content: "x".repeat(2_000) }),
      );
      return (await Promise.all(made)).map(({ id }) => id);
    };
    const run = async (client: OpenAI): Promise<string> => {
      const ownThread = await createThread(client, "hello");
      const { status } = await client.beta.threads.runs.createAndPoll(ownThread, { assistant_id: assistantId });
      return status;
    };
    const clients = [one, other, one, other];
    const [written, statuses] = await Promise.all([Promise.all(clients.map(write)), Promise.all(clients.map(run))]);
    expect(statuses).toEqual(clients.map(() => "completed"));
    const expected = written.flat().toSorted();
    for (const client of [one, other]) {
      const found = await allMessages(client, threadId);
      expect(found.slice(0, -1).toSorted()).toEqual(expected);
    }
    expect(look(database).isSound()).toBe(true);
  });

  test("each lets the other's upload finish", async () => {
    const database = databaseFile();
    const one = await startServer({ database });
    const upload = beginUpload(one.contract.fetch, "http://server.test/v1");
    upload.send(2 * 1024 * 1024);
    await expect.poll(() => look(database).count("blobs")).toBeGreaterThan(0);
    const other = await startServer({ database });
    await other.client.files.create({ file: new File(["small"], "b.txt"), purpose: "batch" });
    upload.send(1024 * 1024);
    upload.finish();
    const { id, bytes } = (await (await upload.response).json()) as OpenAI.FileObject;
    expect(bytes).toBe(3 * 1024 * 1024);
    const content = await (await other.client.files.content(id)).arrayBuffer();
    expect(content.byteLength).toBe(bytes);
  });

  test("an upload that was taken for lost is refused as a whole", async () => {
    const server = await startServer({ database: databaseFile() });
    const upload = beginUpload(server.contract.fetch, "http://server.test/v1");
    upload.send(2 * 1024 * 1024);
    await expect.poll(() => server.services.store.blobs.ids()).toHaveLength(1);
    await startAnHourLater(server.services);
    upload.finish();
    expect((await upload.response).status).toBe(500);
    expect(await server.services.store.blobs.ids()).toEqual([]);
    expect((await server.client.files.list()).data).toEqual([]);
  });

  test("the files of a vector store are indexed once", async () => {
    const database = databaseFile();
    const texts = Array.from({ length: 12 }, (_, index) => `Page ${index}. ${"Nothing else is here. ".repeat(300)}`);
    const one = await startServer({ database });
    const files = await Promise.all(
      texts.map((text, index) =>
        one.client.files.create({ file: new File([text], `${index}.md`), purpose: "assistants" }),
      ),
    );
    const { id } = await one.client.vectorStores.create({ file_ids: files.map((file) => file.id) });
    const others = [await startServer({ database }), await startServer({ database })];
    for (const { services } of others) services.indexer.wake();
    await expect.poll(async () => (await one.client.vectorStores.retrieve(id)).status).toBe("completed");
    for (const [index, file] of files.entries()) {
      const [content] = await Array.fromAsync(one.client.vectorStores.files.content(file.id, { vector_store_id: id }));
      expect(content?.text).toBe(texts[index]);
    }
    const counts = await Promise.all(
      files.map(async (file) => (await one.services.store.chunks.ofFile(id, file.id)).length),
    );
    expect(new Set(counts).size).toBe(1);
  });
});
