import { expect, test } from "vitest";
import { startServer } from "../harness.ts";
import { manualClock } from "../manual-clock.ts";
import { createTester, createThread, lines } from "./lines.ts";

test("a cancelled run is cancelling at once and cancelled soon, from wherever it was", async () => {
  const { client } = await startServer({ lines });
  const assistantId = await createTester(client);
  for (const said of ["wait", "wait in silence", "weather"]) {
    const threadId = await createThread(client, said);
    const run = await client.beta.threads.runs.create(threadId, { assistant_id: assistantId });
    if (said === "weather") await client.beta.threads.runs.poll(run.id, { thread_id: threadId });
    const cancelling = await client.beta.threads.runs.cancel(run.id, { thread_id: threadId });
    expect(cancelling).toMatchObject({ status: "cancelling", required_action: null });
    const over = await client.beta.threads.runs.poll(run.id, { thread_id: threadId });
    expect(over).toMatchObject({ status: "cancelled", cancelled_at: expect.any(Number), expires_at: null });
    const steps = await client.beta.threads.runs.steps.list(run.id, { thread_id: threadId, order: "asc" });
    const last = steps.data.at(-1)?.status;
    expect(last).toBe(said === "wait in silence" ? undefined : "cancelled");
    await client.beta.threads.messages.create(threadId, { role: "user", content: "The thread is free again." });
  }
});

test("a run expires after ten minutes, waiting or slow", async () => {
  const clock = manualClock();
  const { client } = await startServer({ lines, services: { clock } });
  const assistantId = await createTester(client);
  const waiting = await createThread(client, "weather");
  const slow = await createThread(client, "wait");
  const runs = [
    await client.beta.threads.runs.createAndPoll(waiting, { assistant_id: assistantId }),
    await client.beta.threads.runs.create(slow, { assistant_id: assistantId }),
  ];
  await expect.poll(async () => (await client.beta.threads.messages.list(slow)).data.length).toBe(2);
  clock.advance(599_000);
  for (const { id, thread_id: threadId } of runs)
    expect((await client.beta.threads.runs.retrieve(id, { thread_id: threadId })).status).not.toBe("expired");
  clock.advance(1_000);
  for (const { id, thread_id: threadId } of runs) {
    const run = await client.beta.threads.runs.poll(id, { thread_id: threadId });
    expect(run).toMatchObject({ status: "expired", expires_at: null, required_action: null });
    const steps = await client.beta.threads.runs.steps.list(id, { thread_id: threadId });
    expect(steps.data[0]).toMatchObject({ status: "expired", expired_at: 1_800_000_600 });
  }
  const { data } = await client.beta.threads.messages.list(slow, { limit: 1 });
  expect(data[0]).toMatchObject({ status: "incomplete", incomplete_details: { reason: "run_expired" } });
});

test("of a hundred runs asked for at once, one begins", async () => {
  const { client, send } = await startServer({ lines });
  const assistantId = await createTester(client);
  const threadId = await createThread(client, "wait in silence");
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, number) =>
      number % 2 === 0
        ? send("POST", `/v1/threads/${threadId}/runs`, { assistant_id: assistantId })
        : send("POST", `/v1/threads/${threadId}/messages`, { role: "user", content: "x" }),
    ),
  );
  const begun = answers.filter(({ status }, index) => index % 2 === 0 && status === 200);
  expect(begun).toHaveLength(1);
  const first = answers.findIndex(({ status }, index) => index % 2 === 0 && status === 200);
  const later = answers.slice(first + 1).map(({ status }) => status);
  expect(new Set(later)).toEqual(new Set([400]));
});

test("a deleted thread takes its messages, runs and steps along", async () => {
  const { client, services, send } = await startServer({ lines });
  const threadId = await createThread(client, "hello");
  const run = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: await createTester(client) });
  expect(await client.beta.threads.delete(threadId)).toEqual({ id: threadId, object: "thread.deleted", deleted: true });
  for (const path of ["", "/messages", `/runs/${run.id}`, `/runs/${run.id}/steps`])
    expect((await send("GET", `/v1/threads/${threadId}${path}`)).status).toBe(404);
  for (const name of ["message", "run", "step", "thread"])
    expect(
      await services.store.all({ name, key: String, parent: () => null, tag: () => null, thread: () => null }),
    ).toEqual([]);
});
