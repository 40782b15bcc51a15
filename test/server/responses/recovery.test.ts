import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { responses } from "../../../src/server/responses/kinds.ts";
import { openStore } from "../../../src/server/store/open.ts";
import { startServer } from "../harness.ts";

test("after a restart, responses that showed nothing begin again, and those that were streamed have failed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "playbill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, "server.db");
  const shown = [{ say: "First" }, { delay: "1h" }];
  const ended = await startServer({
    database,
    limits: { closingMs: 1 },
    lines: { silent: [...shown.slice(1), { say: "Never." }], shown },
  });
  const over = await ended.client.responses.create({
    model: "m",
    input: "silent",
    background: true,
    max_output_tokens: 16,
  });
  const stream = await ended.client.responses.create({ model: "m", input: "shown", background: true, stream: true });
  let streamed = "";
  for await (const event of stream) {
    if (event.type === "response.created") streamed = event.response.id;
    if (event.type === "response.output_text.delta") break;
  }
  await ended.close();

  const { client } = await startServer({ database, lines: { silent: [{ say: "Taken up." }], shown } });
  await expect.poll(async () => (await client.responses.retrieve(over.id)).status).toBe("completed");
  expect((await client.responses.retrieve(over.id)).output_text).toBe("Taken up.");
  await expect.poll(async () => (await client.responses.retrieve(streamed)).status).toBe("failed");
  const response = await client.responses.retrieve(streamed, { stream: true, starting_after: 2 });
  const types: string[] = [];
  const reading = (async () => {
    for await (const { type } of response) types.push(type);
  })();
  // The client throws at an error within a stream, before the failed response.
  await expect(reading).rejects.toThrow("The server stopped while it was processing the response.");
});

test("a response that begins again after its first round has the items of its new rounds only", async () => {
  const folder = mkdtempSync(join(tmpdir(), "playbill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, "server.db");
  const search = { call: "file_search", with: { query: "noon" } };
  const limits = { closingMs: 1 };
  const ended = await startServer({ database, limits, lines: { find: [search, { delay: "1h" }, { say: "Never." }] } });
  const store = await ended.client.vectorStores.create({});
  const { id } = await ended.client.responses.create({
    model: "m",
    input: "find",
    background: true,
    tools: [{ type: "file_search", vector_store_ids: [store.id] }],
  });
  await expect.poll(async () => (await ended.client.responses.retrieve(id)).output).toHaveLength(1);
  await ended.close();

  const { client } = await startServer({ database, lines: { find: [search, { say: "Found." }] } });
  await expect.poll(async () => (await client.responses.retrieve(id)).status).toBe("completed");
  const { output } = await client.responses.retrieve(id);
  expect(output.map(({ type }) => type)).toEqual(["file_search_call", "message"]);
});

test("what was not to be stored is gone after the start, though the process was killed before it removed it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "playbill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, "server.db");
  const ended = await startServer({ database, lines: { secret: [{ say: "Yes." }] } });
  const { id } = await ended.client.responses.create({ model: "m", input: "secret" });
  const kept = await ended.services.store.get(responses, id);
  await ended.close();
  const store = await openStore({ database });
  const left = { ...kept!, id: "resp_left", response: { ...kept!.response, id: "resp_left", store: false } };
  await store.insert(responses, left);

  await startServer({ store });
  await expect.poll(() => store.get(responses, left.id)).toBeNull();
  expect(await store.get(responses, id)).toEqual(kept);
});
