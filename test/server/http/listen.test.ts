import { connect } from "node:net";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import type { AppOptions } from "../../../src/server/http/app.ts";
import { listen } from "../../../src/server/http/listen.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import type { LogEntry } from "../../../src/server/services.ts";
import { openServer } from "../../../src/server/server.ts";
import { createTester, createThread, lines } from "../runs/lines.ts";
import { scriptsOf } from "../scripts.ts";

async function startListening({ closingMs = 2_000, ...options }: Partial<AppOptions> & { closingMs?: number } = {}) {
  const model = createScriptedModel({
    scripts: scriptsOf({
      ...lines,
      endlessly: [{ say: "One " }, { delay: "60s" }],
      slowly: [{ say: "One " }, { delay: "100ms" }, { say: "two." }],
    }),
    delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
  });
  const app = await openServer({
    database: ":memory:",
    model,
    limits: { pollAfterMs: 1, closingMs, jsonBytes: 10_000 },
    ...options,
  });
  const listening = await listen(app, "127.0.0.1", 0);
  onTestFinished(() => listening.close());
  return { listening, client: new OpenAI({ apiKey: "key", baseURL: `${listening.url}/v1`, maxRetries: 0 }) };
}

test("the API on a port streams, and continues when the client disconnects", async () => {
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

/** Asks for a streamed run of a new thread. */
async function askForStream({ client, listening }: Awaited<ReturnType<typeof startListening>>, line: string) {
  const body = {
    assistant_id: await createTester(client),
    stream: true,
    thread: { messages: [{ role: "user", content: line }] },
  };
  return fetch(`${listening.url}/v1/threads/runs`, {
    method: "POST",
    headers: { "openai-beta": "assistants=v2", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

test("a stream that is dropped on purpose begins, and breaks off", async () => {
  const dropped = { rateLimited: 0, failing: 0, dropped: 1, notIndexed: 0, latency: 0, random: () => 0.5 };
  const response = await askForStream(await startListening({ chaos: dropped }), "hello");
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toMatch(/^event: thread\.created\n.*\n\n$/);
  await expect(reader?.read()).rejects.toThrow("terminated");
});

test("closing tells the stream of a run that takes too long that it breaks off", async () => {
  const server = await startListening({ closingMs: 50 });
  const response = await askForStream(server, "endlessly");
  const [text] = await Promise.all([response.text(), server.listening.close()]);
  expect(text).toContain("thread.message.delta");
  expect(text).toMatch(/event: error\ndata: .*"The stream was interrupted\.".*\n\n$/);
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

test("a port in use is a problem", async () => {
  const { listening } = await startListening();
  const app = { fetch: async () => new Response(), close: async () => {} };
  await expect(listen(app, "127.0.0.1", Number(new URL(listening.url).port))).rejects.toMatchObject({
    problems: [{ code: "cannot_listen", hint: expect.stringContaining("another port") }],
  });
});

test.each([
  ["/v1/threads", "content-type: application/json\r\ncontent-length: 1000", '{"metadata":'],
  ["/v1/threads", "content-type: application/json\r\ntransfer-encoding: chunked", "3\r\n{"],
  [
    "/v1/files",
    "content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000",
    '--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc',
  ],
])("a client that breaks off in its body is a line of the access log: %s %#", async (path, headers, body) => {
  const { promise: logged, resolve: log } = Promise.withResolvers<LogEntry>();
  const model = createScriptedModel({ scripts: [], delay: async () => {} });
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const app = await openServer({ database: ":memory:", model, log });
  const noticed = { ...app, fetch: (...request: Parameters<typeof app.fetch>) => (begin(), app.fetch(...request)) };
  const listening = await listen(noticed, "127.0.0.1", 0);
  onTestFinished(() => listening.close());
  const socket = connect(Number(new URL(listening.url).port), "127.0.0.1");
  socket.write(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nopenai-beta: assistants=v2\r\n${headers}\r\n\r\n${body}`);
  await begun;
  socket.destroy();
  expect(await logged).toMatchObject({ kind: "request", method: "POST", path, status: 499 });
});
