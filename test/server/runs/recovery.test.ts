import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startServer, type TestServer } from "../harness.ts";
import { type ManualClock, manualClock } from "../manual-clock.ts";
import { createTester, createThread, lastText, lines } from "./lines.ts";
import { spawnServer } from "./spawn.ts";

function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "playbill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "server.db");
}
const limits = { leaseMs: 150 };

test("after a kill, what was answered is there, and runs in flight are taken up or failed", async () => {
  const database = databaseFile();
  const killed = await spawnServer(database);
  const { client } = killed;
  const assistantId = await createTester(client);
  const [silent = "", shown = "", waiting = "", cancelled = "", done = ""] = await Promise.all(
    ["wait in silence", "wait", "weather", "wait in silence", "hello"].map((said) => createThread(client, said)),
  );
  const begin = (threadId: string) => client.beta.threads.runs.create(threadId, { assistant_id: assistantId });
  const runs = { silent: await begin(silent), shown: await begin(shown), waiting: await begin(waiting) };
  await client.beta.threads.runs.poll(runs.waiting.id, { thread_id: waiting });
  const over = await client.beta.threads.runs.createAndPoll(done, { assistant_id: assistantId });
  const toCancel = await begin(cancelled);
  await expect.poll(async () => (await client.beta.threads.messages.list(shown)).data.length).toBe(2);
  const cancelling = client.beta.threads.runs.cancel(toCancel.id, { thread_id: cancelled });
  expect((await cancelling).status).toBe("cancelling");
  await killed.kill();

  const server = await startServer({
    database,
    limits,
    lines: { ...lines, "wait in silence": [{ say: "Taken up." }] },
  });
  const poll = (id: string, threadId: string) => server.client.beta.threads.runs.poll(id, { thread_id: threadId });
  expect(await server.client.beta.threads.runs.retrieve(over.id, { thread_id: done })).toEqual(over);
  expect((await poll(runs.silent.id, silent)).status).toBe("completed");
  expect(await lastText(server.client, silent)).toBe("Taken up.");
  expect(await poll(runs.shown.id, shown)).toMatchObject({ status: "failed", last_error: { code: "server_error" } });
  const { data } = await server.client.beta.threads.messages.list(shown, { limit: 1 });
  expect(data[0]).toMatchObject({ status: "incomplete", incomplete_details: { reason: "run_failed" } });
  expect((await poll(toCancel.id, cancelled)).status).toBe("cancelled");

  const run = await poll(runs.waiting.id, waiting);
  const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
  const outputs = calls.map(({ id }) => ({ tool_call_id: id, output: '{"celsius": 8}' }));
  await server.client.beta.threads.runs.submitToolOutputsAndPoll(run.id, { thread_id: waiting, tool_outputs: outputs });
  expect(await lastText(server.client, waiting)).toBe("It is 8 degrees.");
});

/** Lets time pass in steps between which every server can say that it is there, whatever the machine does meanwhile. */
function passTime(clock: ManualClock, servers: readonly TestServer[]) {
  const start = clock.now();
  const over = new AbortController();
  const passing = (async () => {
    while (!over.signal.aborted) {
      clock.advance(limits.leaseMs / 5);
      await setImmediate();
      // A write waits for the writes that were begun before it.
      for (const { services } of servers) await services.store.transaction(async () => {});
    }
  })();
  return {
    leases: (count: number) => expect.poll(() => clock.now() - start).toBeGreaterThan(count * limits.leaseMs),
    async stop() {
      over.abort();
      await passing;
    },
  };
}

test("two servers on one database leave each other's runs alone", async () => {
  const database = databaseFile();
  const services = { clock: manualClock() };
  const one = await startServer({ database, lines, limits, services });
  const other = await startServer({ database, lines, limits, services });
  const pass = passTime(services.clock, [one, other]);
  onTestFinished(() => pass.stop());
  const assistantId = await createTester(one.client);
  const threadId = await createThread(one.client, "wait");
  const run = await one.client.beta.threads.runs.create(threadId, { assistant_id: assistantId });
  await pass.leases(3);
  const seen = await other.client.beta.threads.runs.retrieve(run.id, { thread_id: threadId });
  expect(seen.status).toBe("in_progress");
  await expect(other.client.beta.threads.runs.create(threadId, { assistant_id: assistantId })).rejects.toThrow(
    "already has an active run",
  );

  await other.client.beta.threads.runs.cancel(run.id, { thread_id: threadId });
  const over = await other.client.beta.threads.runs.poll(run.id, { thread_id: threadId });
  expect(over.status).toBe("cancelled");

  const asked = await createThread(one.client, "weather");
  const waiting = await one.client.beta.threads.runs.createAndPoll(asked, { assistant_id: assistantId });
  const calls = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
  const outputs = calls.map(({ id }) => ({ tool_call_id: id, output: '{"celsius": 1}' }));
  const answered = await other.client.beta.threads.runs.submitToolOutputsAndPoll(waiting.id, {
    thread_id: asked,
    tool_outputs: outputs,
  });
  expect(answered.status).toBe("completed");
});

test("a server that closes leaves what it did not show to the next one", async () => {
  const database = databaseFile();
  const one = await startServer({ database, lines, limits });
  const threadId = await createThread(one.client, "wait in silence");
  const run = await one.client.beta.threads.runs.create(threadId, { assistant_id: await createTester(one.client) });
  await one.close();
  const other = await startServer({ database, lines: { "wait in silence": [{ say: "Later." }] }, limits });
  const over = await other.client.beta.threads.runs.poll(run.id, { thread_id: threadId });
  expect(over.status).toBe("completed");
});
