import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../src/server/http/listen.ts";
import type { CodeInterpreter } from "../../src/server/tools.ts";
import type { Known } from "./fuzz/bodies.ts";
import { randomFrom } from "./fuzz/random.ts";
import { requestFor } from "./fuzz/requests.ts";
import { startServer, type TestServer } from "./harness.ts";
import { operations } from "./openapi/document.ts";
import { createTester, createThread, lines } from "./runs/lines.ts";
import { times } from "../times.ts";

/** Requests of each operation. */
const rounds = times(30);
/** Milliseconds of processor time that no answer may take. */
const longest = 5_000;

/** Starting Python for every assistant that happens to have it would take minutes. */
const withoutPython: CodeInterpreter = {
  prewarm: () => {},
  run: async () => ({ logs: "", images: [], files: [] }),
  endSession: async () => {},
  close: async () => {},
};

/** Makes one of everything, so that requests have something to be about. */
async function furnish({ client }: TestServer): Promise<Known> {
  const assistantId = await createTester(client);
  const threadId = await createThread(client, "weather");
  const waiting = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId });
  const [call] = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
  const { data: steps } = await client.beta.threads.runs.steps.list(waiting.id, { thread_id: threadId });
  const { data: messages } = await client.beta.threads.messages.list(threadId);
  const file = await client.files.create({ file: new File(["Checkout is at noon."], "a.md"), purpose: "batch" });
  const store = await client.vectorStores.create({});
  const batch = await client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: [file.id] });
  const free = await createThread(client, "hello");
  const response = await client.responses.create({ model: "m", input: "hello" });
  const conversation = await client.conversations.create({ items: [{ role: "user", content: "hello" }] });
  const { data: items } = await client.conversations.items.list(conversation.id);
  return {
    assistant_id: [assistantId],
    thread_id: [threadId, free],
    run_id: [waiting.id],
    step_id: [steps[0]?.id ?? ""],
    message_id: [messages[0]?.id ?? ""],
    tool_call_id: [call?.id ?? ""],
    file_id: [file.id],
    vector_store_id: [store.id],
    batch_id: [batch.id],
    response_id: [response.id],
    previous_response_id: [response.id],
    conversation_id: [conversation.id],
    item_id: [items[0]?.id ?? ""],
    model: ["script"],
    after: [assistantId, waiting.id, messages[0]?.id ?? "", file.id],
    before: [assistantId, waiting.id, messages[0]?.id ?? "", file.id],
  };
}

/** What deletes comes last, so that the others find what they are about. */
const inTurn = operations.toSorted((one, other) => Number(one.method === "DELETE") - Number(other.method === "DELETE"));

test("whatever is asked, the answer is an answer or a refusal in the API's form", async () => {
  const server = await startServer({
    lines,
    services: { codeInterpreter: withoutPython },
    limits: { fileBytes: 100_000, jsonBytes: 1_000_000 },
  });
  const wrong: string[] = [];
  const statuses = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    const known = await furnish(server);
    for (const [index, operation] of inTurn.entries()) {
      const { method, path, headers, body } = requestFor(operation, randomFrom(round * 1000 + index), known);
      const asked = `round ${round}: ${method} ${path.slice(0, 200)} ${JSON.stringify(headers)} ${body?.slice(0, 500)}`;
      const before = process.cpuUsage();
      const response = await server.contract.fetch(`http://server.test${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      const { user, system } = process.cpuUsage(before);
      const took = (user + system) / 1_000;
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      const isRefusal = response.status >= 400 && response.status < 500;
      if (response.status !== 200 && !isRefusal) wrong.push(`${response.status} for ${asked}`);
      if (took > longest) wrong.push(`${took} ms for ${asked}`);
      if (isRefusal && method !== "HEAD" && !response.headers.get("content-type")?.startsWith("application/json"))
        wrong.push(`no JSON for ${asked}: ${text}`);
      if (/\bat .+\.[jt]s:\d+/.test(text)) wrong.push(`a stack for ${asked}`);
      for (const violation of server.contract.violations.splice(0)) wrong.push(`${violation} for ${asked}`);
    }
  }
  const faults = server.log.filter(({ kind }) => kind === "fault");
  expect([wrong.slice(0, 5), faults]).toEqual([[], []]);
  expect(statuses.get(200)).toBeGreaterThan((rounds * operations.length) / 4);
  expect(statuses.get(400)).toBeGreaterThan((rounds * operations.length) / 10);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

const junk: Record<string, string> = {
  "no HTTP": "\0\x16\x03\x01 hello\r\n\r\n",
  "an unknown method": "FROB /v1/assistants HTTP/1.1\r\nHost: a\r\n\r\n",
  "no host": "GET /v1/assistants HTTP/1.1\r\n\r\n",
  "a host that is none": "GET /v1/assistants HTTP/1.1\r\nHost: [::::\r\n\r\n",
  "a target that is none": "GET //[bad HTTP/1.1\r\nHost: a\r\n\r\n",
  "a whole address": "GET http://b/v1/assistants HTTP/1.1\r\nHost: a\r\n\r\n",
  "an asterisk": "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
  dots: "GET /v1/../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
  "a very long target": `GET /v1/${"a".repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  "very long headers": `GET /v1/assistants HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(100_000)}\r\n\r\n`,
  "bytes above ASCII": "GET /v1/assistants/\xff\xfe HTTP/1.1\r\nHost: a\r\nX: \xff\r\n\r\n",
  "two lengths": "POST /v1/assistants HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
  "a negative length": "POST /v1/assistants HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n{}",
  "a length that is never met": "POST /v1/assistants HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{",
  "chunks that are none": "POST /v1/assistants HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
  "an upgrade": "GET /v1/assistants HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  "a connect": "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
  "a form that never ends":
    "POST /v1/files HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 99\r\n\r\n--x\r\n",
};

test("whatever comes down a connection, the server is there for the next one", async () => {
  const server = await startServer();
  const listening = await listen({ fetch: server.contract.fetch, close: () => server.close() }, "127.0.0.1", 0);
  onTestFinished(() => listening.close());
  const port = Number(new URL(listening.url).port);
  const answers = await Promise.all(
    Object.entries(junk).map(async ([name, bytes]) => [name, await answerTo(port, bytes)] as const),
  );
  expect(answers.filter(([, answer]) => answer !== "" && !/^HTTP\/1\.1 [24]\d\d /.test(answer))).toEqual([]);
  expect(answers.filter(([, answer]) => /\bat .+\.[jt]s:\d+/.test(answer))).toEqual([]);
  expect((await fetch(`${listening.url}/v1/models`)).status).toBe(200);
  expect(server.log.filter(({ kind }) => kind === "fault")).toEqual([]);
});

/** What comes back within half a second, after which the client hangs up. */
async function answerTo(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setTimeout(500, () => socket.destroy());
  let answer = "";
  socket.on("data", (data) => void (answer += data.toString("latin1")));
  socket.on("error", () => {});
  socket.write(bytes, "latin1");
  await new Promise((resolve) => socket.once("close", resolve));
  return answer;
}
