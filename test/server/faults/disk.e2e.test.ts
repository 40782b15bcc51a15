import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import OpenAI from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { createApp, type App } from "../../../src/server/http/app.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import { createServices } from "../../../src/server/server.ts";
import type { LogEntry } from "../../../src/server/services.ts";
import { createSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import { openDatabase, unlessUnusable } from "../../../src/server/store/sqlite/database.ts";
import { startServer } from "../harness.ts";
import { createTester, createThread, lines } from "../runs/lines.ts";
import { spawnServer } from "../runs/spawn.ts";
import { scriptsOf } from "../scripts.ts";
import { databaseFile } from "./folder.ts";

const large = "x".repeat(50_000);

/** What a client is told when the server cannot keep its word. */
const ourFault = {
  status: 500,
  error: {
    type: "server_error",
    param: null,
    code: null,
    message: expect.stringMatching(/^The server had an error .* request ID req_\w+ /),
  },
};

/** A server whose database connection the test holds too. */
async function startOn(
  database: string,
): Promise<{ client: OpenAI; connection: DatabaseSync; app: App; log: LogEntry[] }> {
  const connection = await openDatabase(database);
  const log: LogEntry[] = [];
  const services = await unlessUnusable(database, () =>
    createServices(createSqliteStore(connection, 200), {
      model: createScriptedModel({
        scripts: scriptsOf({ ...lines, "talk at length": [{ say: `Well, ${large}` }] }),
        delay: async () => {},
      }),
      limits: { pollAfterMs: 1, leaseMs: 150 },
      log: (entry) => void log.push(entry),
    }),
  );
  const app = createApp({ services });
  onTestFinished(async () => {
    await app.close();
    await services.indexer.close();
    await services.replica.close();
    connection.close();
  });
  const client = new OpenAI({ apiKey: "key", baseURL: "http://server.test/v1", fetch: app.fetch, maxRetries: 0 });
  return { client, connection, app, log };
}

/** Adds messages until one is refused; gives the ids of the others and the refusal. */
async function fill(client: OpenAI, threadId: string): Promise<{ kept: string[]; refusal: unknown }> {
  const kept: string[] = [];
  for (let count = 0; count < 1_000; count++) {
    try {
      kept.push((await client.beta.threads.messages.create(threadId, { role: "user", content: large })).id);
    } catch (refusal) {
      return { kept, refusal };
    }
  }
  return expect.fail("the disk never became full");
}

async function messageIds(client: OpenAI, threadId: string): Promise<string[]> {
  return (await Array.fromAsync(client.beta.threads.messages.list(threadId, { order: "asc" }))).map(({ id }) => id);
}

describe("a full disk", () => {
  test("refuses what it cannot store, keeps what it confirmed, and continues when there is space again", async () => {
    const { client, connection } = await startOn(databaseFile());
    const assistantId = await createTester(client);
    const threadId = await createThread(client);
    const runThread = await createThread(client, "hello");
    const pages = Number(connection.prepare("PRAGMA page_count").get()?.["page_count"]);
    connection.exec(`PRAGMA max_page_count = ${pages + 60}`);
    const { kept, refusal } = await fill(client, threadId);
    expect(refusal).toMatchObject(ourFault);
    expect(await messageIds(client, threadId)).toEqual(kept);
    const file = new File([large.repeat(40)], "a.txt");
    await expect(client.files.create({ file, purpose: "batch" })).rejects.toMatchObject(ourFault);

    connection.exec("PRAGMA max_page_count = 1000000");
    expect((await client.files.list()).data).toEqual([]);
    expect(connection.prepare("SELECT count(*) AS n FROM blobs").get()?.["n"]).toBe(0);
    await client.beta.threads.messages.create(threadId, { role: "user", content: "again" });
    const run = await client.beta.threads.runs.createAndPoll(runThread, { assistant_id: assistantId });
    expect(run.status).toBe("completed");
  });

  test("in the middle of a run, the run fails as soon as that can be written, and the thread is free", async () => {
    const { client, connection, log } = await startOn(databaseFile());
    const assistantId = await createTester(client);
    const threadId = await createThread(client, "talk at length");
    const pages = Number(connection.prepare("PRAGMA page_count").get()?.["page_count"]);
    connection.exec(`PRAGMA max_page_count = ${pages + 8}`);
    const stream = client.beta.threads.runs.stream(threadId, { assistant_id: assistantId });
    await expect(stream.finalRun()).rejects.toThrow("The stream was interrupted.");
    expect(log.filter(({ kind }) => kind === "fault").length).toBeGreaterThan(0);
    const [run] = (await client.beta.threads.runs.list(threadId)).data;
    expect(run?.status).toBe("in_progress");
    connection.exec("PRAGMA max_page_count = 1000000");
    const over = await client.beta.threads.runs.poll(run?.id ?? "", { thread_id: threadId });
    expect(over).toMatchObject({ status: "failed", last_error: { code: "server_error" } });
    await client.beta.threads.messages.create(threadId, { role: "user", content: "again" });
  });

  test("while a file is indexed, indexing ends when there is space again", async () => {
    const { client, connection, log } = await startOn(databaseFile());
    const file = await client.files.create({ file: new File(["word ".repeat(30_000)], "a.md"), purpose: "assistants" });
    const { id } = await client.vectorStores.create({});
    const pages = Number(connection.prepare("PRAGMA page_count").get()?.["page_count"]);
    connection.exec(`PRAGMA max_page_count = ${pages + 12}`);
    await client.vectorStores.files.create(id, { file_id: file.id });
    await expect.poll(() => log.filter(({ kind }) => kind === "fault").length).toBeGreaterThan(0);
    connection.exec("PRAGMA max_page_count = 1000000");
    const over = await client.vectorStores.files.poll(id, file.id);
    expect(["completed", "failed"]).toContain(over.status);
    expect((await client.vectorStores.retrieve(id)).status).toBe("completed");
  });

  test("of a real process: it lives on, answers what it has, and loses nothing", async () => {
    const database = databaseFile();
    const { client } = await spawnServer(database, "ulimit -f 2048");
    const threadId = await createThread(client);
    const { kept, refusal } = await fill(client, threadId);
    expect(refusal).toMatchObject(ourFault);
    expect(await messageIds(client, threadId)).toEqual(kept);
    expect(kept.length).toBeGreaterThan(5);
    const again = await startServer({ database });
    expect(await messageIds(again.client, threadId)).toEqual(kept);
    await again.client.beta.threads.messages.create(threadId, { role: "user", content: large });
  });
});

test("a database that another program keeps locked refuses writes, and serves again afterwards", async () => {
  const database = databaseFile();
  const { client } = await startOn(database);
  const threadId = await createThread(client, "hello");
  const other = new DatabaseSync(database);
  other.exec("BEGIN IMMEDIATE");
  await expect(createThread(client, "more")).rejects.toMatchObject(ourFault);
  expect(await messageIds(client, threadId)).toHaveLength(1);
  other.exec("ROLLBACK");
  other.close();
  await createThread(client, "more");
});

test("a database that is damaged is a problem at the start, or a refusal, and never a wrong answer", async () => {
  const database = databaseFile();
  const first = await openDatabase(database);
  first.close();
  const before = await startServer({ database });
  const threadId = await createThread(before.client);
  for (let count = 0; count < 30; count++)
    await before.client.beta.threads.messages.create(threadId, { role: "user", content: large });
  const kept = new Set(await messageIds(before.client, threadId));
  await before.close();
  const pages = statSync(database).size / 4096;
  const handle = openSync(database, "r+");
  for (let page = 3; page < pages; page += 5) writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
  closeSync(handle);
  try {
    const { client } = await startOn(database);
    const answers = [...kept].map((id) => client.beta.threads.messages.retrieve(id, { thread_id: threadId }));
    const settled = await Promise.allSettled(answers);
    expect(settled.some(({ status }) => status === "rejected")).toBe(true);
    for (const answer of settled) {
      if (answer.status === "rejected")
        expect(answer.reason).toMatchObject({ status: expect.any(Number), type: expect.any(String) });
      else expect(answer.value.content).toMatchObject([{ text: { value: large } }]);
    }
  } catch (error) {
    expect(error).toMatchObject({ problems: [{ code: "database_unusable" }] });
  }
});

describe("a database that may not be written", () => {
  /** Root may write anything unless it gives that right away, which needs a process of its own. */
  const asAnybody = process.getuid?.() === 0 ? "setpriv --bounding-set=-dac_override,-dac_read_search" : "";

  test.each([
    ["the file", (file: string) => chmodSync(file, 0o444)],
    [
      "the folder",
      (file: string) => {
        chmodSync(file, 0o444);
        chmodSync(dirname(file), 0o555);
      },
    ],
  ])("is a problem with a hint: %s", async (_, lock) => {
    const database = databaseFile();
    (await openDatabase(database)).close();
    const bytes = readFileSync(database);
    lock(database);
    onTestFinished(() => chmodSync(dirname(database), 0o755));
    const script = fileURLToPath(new URL("open.ts", import.meta.url));
    const command = ["-c", `exec ${asAnybody} "$@"`, "bash", process.execPath, script, database];
    const { stdout, stderr } = spawnSync("bash", command, { encoding: "utf8" });
    expect(stderr).not.toContain("at ");
    expect(JSON.parse(stdout)).toMatchObject([
      { code: "database_unusable", hint: "Make the file and its folder writable." },
    ]);
    expect(readFileSync(database)).toEqual(bytes);
  });
});
