import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../src/server/listen.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import { createTester, createThread, lines } from "./runs/lines.ts";
import { scriptsOf } from "./scripts.ts";

async function startListening(closingMs = 2_000) {
  const model = createScriptedModel({
    scripts: scriptsOf({
      ...lines,
      endlessly: [{ say: "One " }, { delay: "60s" }],
      slowly: [{ say: "One " }, { delay: "100ms" }, { say: "two." }],
    }),
    delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
  });
  const app = openServer({
    database: ":memory:",
    model,
    limits: { pollAfterMs: 1, closingMs, jsonBytes: 10_000 },
  });
  const listening = await listen(app, "127.0.0.1", 0);
  onTestFinished(() => listening.close());
  return { listening, client: new OpenAI({ apiKey: "key", baseURL: `${listening.url}/v1`, maxRetries: 0 }) };
}

test("the API on a port streams, and goes on when the client hangs up", async () => {
  const { client } = await startListening();
  const assistantId = await createTester(client);
  const threadId = await createThread(client, "slowly");
  const stream = client.beta.threads.runs.stream(threadId, { assistant_id: assistantId });
  const run = await new Promise<OpenAI.Beta.Threads.Run>((resolve) => {
    stream.on("event", ({ event, data }) => event === "thread.run.in_progress" && resolve(data));
  });
  stream.on("error", () => {});
  stream.abort();
  await stream.done().catch(() => {});
  const over = await client.beta.threads.runs.poll(run.id, { thread_id: threadId });
  expect(over.status).toBe("completed");
});

test("closing lets a run finish and its stream end", async () => {
  const { client, listening } = await startListening();
  const threadId = await createThread(client, "slowly");
  const stream = client.beta.threads.runs.stream(threadId, { assistant_id: await createTester(client) });
  await new Promise((resolve) => stream.once("textDelta", resolve));
  await listening.close();
  expect((await stream.finalRun()).status).toBe("completed");
});

test("closing tells the stream of a run that takes too long that it breaks off", async () => {
  const { client, listening } = await startListening(50);
  const threadId = await createThread(client, "endlessly");
  const response = await fetch(`${listening.url}/v1/threads/${threadId}/runs`, {
    method: "POST",
    headers: { "openai-beta": "assistants=v2", "content-type": "application/json" },
    body: JSON.stringify({ assistant_id: await createTester(client), stream: true }),
  });
  const [text] = await Promise.all([response.text(), listening.close()]);
  expect(text).toContain("thread.message.delta");
  expect(text).toMatch(/event: error\ndata: .*"The stream broke off\.".*\n\n$/);
});

test("what an app says while it closes reaches the client", async () => {
  let say: ReadableStreamDefaultController | undefined;
  const listening = await listen(
    {
      fetch: async () => new Response(new ReadableStream({ start: (controller) => void (say = controller) })),
      async close() {
        say?.enqueue(new TextEncoder().encode("Goodbye."));
        say?.close();
      },
    },
    "127.0.0.1",
    0,
  );
  const answer = await fetch(listening.url);
  const [text] = await Promise.all([answer.text(), listening.close()]);
  expect(text).toBe("Goodbye.");
});

test("a body that is too large is refused over the wire, declared or not", async () => {
  const { listening } = await startListening();
  const headers = { "openai-beta": "assistants=v2", "content-type": "application/json" };
  const large = JSON.stringify({ model: "m".repeat(20_000) });
  const declared = await fetch(`${listening.url}/v1/assistants`, { method: "POST", headers, body: large });
  expect(declared.status).toBe(413);
  const body = new Blob([large]).stream();
  const streamed = await fetch(`${listening.url}/v1/assistants`, { method: "POST", headers, body, duplex: "half" });
  expect(streamed.status).toBe(413);
});

test("a port that is taken is a problem", async () => {
  const { listening } = await startListening();
  const app = { fetch: async () => new Response(), close: async () => {} };
  await expect(listen(app, "127.0.0.1", Number(new URL(listening.url).port))).rejects.toMatchObject({
    problems: [{ code: "cannot_listen", hint: expect.stringContaining("another port") }],
  });
});
