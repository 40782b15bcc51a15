import { expect, test } from "vitest";
import { startServer, type TestServer } from "../harness.ts";
import { createTester, createThread, lines } from "./lines.ts";

async function refusal(response: Promise<Response>): Promise<unknown[]> {
  const answer = await response;
  const { error } = (await answer.json()) as { error: Record<string, unknown> };
  expect(error["type"]).toBe("invalid_request_error");
  return [answer.status, error["message"], error["param"], error["code"]];
}

async function waitingRun({ client }: TestServer, said = "two cities") {
  const threadId = await createThread(client, said);
  const run = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: await createTester(client) });
  return { threadId, run, path: `/v1/threads/${threadId}/runs/${run.id}` };
}

test("an active run locks its thread", async () => {
  const server = await startServer({ lines });
  const { threadId, run } = await waitingRun(server);
  const message = { role: "user", content: "x" };
  expect(await refusal(server.send("POST", `/v1/threads/${threadId}/messages`, message))).toEqual([
    400,
    `Can't add messages to ${threadId} while a run ${run.id} is active.`,
    null,
    null,
  ]);
  const body = { assistant_id: run.assistant_id };
  expect(await refusal(server.send("POST", `/v1/threads/${threadId}/runs`, body))).toEqual([
    400,
    `Thread ${threadId} already has an active run ${run.id}.`,
    null,
    null,
  ]);
});

test("outputs must be all that were asked for, and only when they are", async () => {
  const server = await startServer({ lines });
  const { run, path } = await waitingRun(server);
  const [one, other] = run.required_action?.submit_tool_outputs.tool_calls.map(({ id }) => id) ?? [];
  const submit = (...ids: (string | undefined)[]) =>
    server.send("POST", `${path}/submit_tool_outputs`, {
      tool_outputs: ids.map((id) => ({ tool_call_id: id, output: "1" })),
    });
  for (const ids of [[one], [one, other, "call_x"], [], [one, one]]) {
    const given = ids.map((id) => `'${id}'`).join(", ");
    expect(await refusal(submit(...ids))).toEqual([
      400,
      `Expected tool outputs for call_ids ['${one}', '${other}'], got [${given}]`,
      null,
      null,
    ]);
  }
  expect((await submit(other, one)).status).toBe(200);
  await server.client.beta.threads.runs.poll(run.id, { thread_id: run.thread_id });
  expect(await refusal(submit(one, other))).toEqual([
    400,
    'Runs in status "completed" do not accept tool outputs.',
    null,
    null,
  ]);
});

test("what is over cannot be cancelled, what is not cannot be changed", async () => {
  const server = await startServer({ lines });
  const over = await waitingRun(server, "hello");
  expect(await refusal(server.send("POST", `${over.path}/cancel`))).toEqual([
    400,
    "Cannot cancel run with status 'completed'.",
    null,
    null,
  ]);
  const waiting = await waitingRun(server);
  expect(await refusal(server.send("POST", waiting.path, { metadata: {} }))).toEqual([
    400,
    "Cannot update run with status 'requires_action'.",
    null,
    null,
  ]);
});

test("a run needs something to go by", async () => {
  const { client, send } = await startServer({ lines });
  const { id } = await client.beta.threads.create({ messages: [{ role: "assistant", content: "Yes?" }] });
  const body = { assistant_id: await createTester(client) };
  const words = "Run creation requires a Thread with a user message or an assistant with instructions.";
  expect(await refusal(send("POST", `/v1/threads/${id}/runs`, body))).toEqual([400, words, null, "invalid_thread"]);
  expect(await refusal(send("POST", "/v1/threads/runs", body))).toEqual([400, words, null, "invalid_thread"]);
});

test.each([
  ["GET", "/v1/assistants/asst_abc123", "No assistant found with id 'asst_abc123'."],
  ["GET", "/v1/threads/thread_x", "No thread found with id 'thread_x'."],
  ["DELETE", "/v1/threads/thread_x", "No thread found with id 'thread_x'."],
  ["GET", "/v1/threads/thread_x/messages", "No thread found with id 'thread_x'."],
  ["GET", "/v1/threads/THREAD/messages/msg_x", "No message found with id 'msg_x'."],
  ["DELETE", "/v1/threads/THREAD/messages/msg_x", "No message found with id 'msg_x'."],
  ["GET", "/v1/threads/THREAD/messages?after=msg_x", "No message found with id 'msg_x'."],
  ["GET", "/v1/threads/THREAD/runs/run_x", "No run found with id 'run_x'."],
  ["POST", "/v1/threads/THREAD/runs/run_x/cancel", "No run found with id 'run_x'."],
  ["GET", "/v1/threads/THREAD/runs/RUN/steps/step_123", "No run step found with id 'step_123'."],
  ["GET", "/v1/threads/OTHER/runs/RUN", "No run found with id 'RUN'."],
])("%s %s is a 404", async (method, path, message) => {
  const server = await startServer({ lines });
  const { threadId, run } = await waitingRun(server, "hello");
  const other = await createThread(server.client, "hello");
  const filled = (text: string) => text.replace("THREAD", threadId).replace("OTHER", other).replace("RUN", run.id);
  expect(await refusal(server.send(method, filled(path)))).toEqual([404, filled(message), null, null]);
});

test.each([
  ["/v1/threads/1234", "thread_id", "1234", "thread"],
  ["/v1/assistants/1234", "assistant_id", "1234", "asst"],
  ["/v1/threads/thread_x/messages/1234", "message_id", "1234", "msg"],
  ["/v1/threads/thread_x/runs/1234", "run_id", "1234", "run"],
  ["/v1/threads/thread_x/runs/run_x/steps/1234", "step_id", "1234", "step"],
])("%s is no id", async (path, param, id, prefix) => {
  const words = `Invalid '${param}': '${id}'. Expected an ID that begins with '${prefix}'.`;
  expect(await refusal((await startServer()).send("GET", path))).toEqual([400, words, param, "invalid_value"]);
});
