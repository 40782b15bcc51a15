import { expect, test } from "vitest";
import type { ModelEvent } from "../../../src/server/models/model.ts";
import { startServer } from "../harness.ts";
import { createTester, createThread, lastText, weatherTool } from "./lines.ts";
import { call, modelOf } from "./model.ts";

const stop: ModelEvent = { kind: "finish", reason: "stop" };
const called: ModelEvent = { kind: "finish", reason: "tool_calls" };
const text = (delta: string): ModelEvent => ({ kind: "text", delta });
const usage: ModelEvent = { kind: "usage", promptTokens: 10, completionTokens: 5 };

/** Runs a thread in which the user said hello, against a model of these rounds. */
async function runRounds(rounds: ModelEvent[][], more: object = {}) {
  const { model, requests } = modelOf(...rounds);
  const { client, log } = await startServer({ services: { model } });
  const assistantId = await createTester(client);
  const threadId = await createThread(client, "hello");
  const run = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId, ...more });
  const submit = (...outputs: string[]) =>
    client.beta.threads.runs.submitToolOutputsAndPoll(run.id, {
      thread_id: threadId,
      tool_outputs: outputs.map((output, index) => ({ tool_call_id: `call_${index}`, output })),
    });
  return { client, threadId, run, requests, submit, log };
}

test("is asked for what the run is, and told what it did", async () => {
  const rounds = [
    [text("Let me see."), ...call(0, "get_weather", { city: "Paris" }), usage, called],
    [text("Done."), usage, stop],
  ];
  const { requests, submit, run } = await runRounds(rounds, {
    instructions: "Be kind.",
    temperature: 0.5,
    max_completion_tokens: 300,
    tool_choice: "required",
  });
  expect(requests[0]).toEqual({
    said: expect.any(Function) as () => string[],
    scenario: expect.any(Function) as unknown,
    runId: run.id,
    assistant: { id: run.assistant_id, name: "tester" },
    model: "m",
    instructions: "Be kind.",
    messages: [{ role: "user", content: [{ kind: "text", text: "hello" }] }],
    rounds: [],
    tools: [
      {
        kind: "function",
        name: "get_weather",
        description: "Weather now.",
        parameters: { type: "object" },
        strict: false,
      },
    ],
    toolChoice: { kind: "required" },
    parallelToolCalls: true,
    responseFormat: "auto",
    temperature: 0.5,
    topP: 1,
    reasoningEffort: null,
    maxCompletionTokens: 300,
  });
  const over = await submit("sunny");
  expect(requests[1]).toMatchObject({
    rounds: [
      {
        text: "Let me see.",
        calls: [
          { callId: "call_0", tool: "function", name: "get_weather", arguments: '{"city":"Paris"}', output: "sunny" },
        ],
      },
    ],
    messages: [{ role: "user" }],
    maxCompletionTokens: 295,
  });
  expect(over.usage).toEqual({ prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 });
});

test("makes one call a round when calls may not be parallel", async () => {
  const { run } = await runRounds([[...call(0, "get_weather"), ...call(1, "get_weather"), called]], {
    parallel_tool_calls: false,
  });
  expect(run.required_action?.submit_tool_outputs.tool_calls.map(({ id }) => id)).toEqual(["call_0"]);
});

test("may call an undeclared function: the client must submit its output", async () => {
  const { run } = await runRounds([[...call(0, "delete_all"), called]]);
  expect(run).toMatchObject({ status: "requires_action", last_error: null });
  expect(run.required_action?.submit_tool_outputs.tool_calls).toMatchObject([{ function: { name: "delete_all" } }]);
});

test("fails the run when it calls a built-in tool that the run does not have", async () => {
  const asked = {
    kind: "call" as const,
    index: 0,
    callId: "call_0",
    tool: "file_search" as const,
    name: "file_search",
  };
  const { run } = await runRounds([[asked, called]]);
  expect(run.last_error).toEqual({
    code: "server_error",
    message: "The model called 'file_search', which is not a tool of the run.",
  });
});

test("fails the run when its answer breaks off, and keeps what it said", async () => {
  const { run, client, threadId } = await runRounds([[text("Hel")]]);
  expect(run).toMatchObject({ status: "failed", last_error: { message: "The model's answer was interrupted." } });
  expect(await lastText(client, threadId)).toBe("Hel");
});

test("fails the run, without showing the reason to clients, when it throws an unexpected error", async () => {
  const { model } = modelOf();
  const { client, log } = await startServer({
    services: {
      model: {
        ...model,
        // eslint-disable-next-line require-yield
        async *respond() {
          throw new TypeError("secret");
        },
      },
    },
  });
  const threadId = await createThread(client, "hello");
  const run = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: await createTester(client) });
  expect(run.last_error).toEqual({
    code: "server_error",
    message: "The server had an error while processing the run.",
  });
  expect(log.find(({ kind }) => kind === "fault")).toMatchObject({ error: new TypeError("secret") });
});

test("costs nothing when it counts nothing", async () => {
  const { run } = await runRounds([[text("Hi."), stop]]);
  expect(run.usage).toEqual({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
});

test("may speak after it called: that becomes a message once the call is answered", async () => {
  const { client, threadId, submit } = await runRounds([
    [text("First. "), ...call(0, "get_weather"), text("Second."), called],
    [text("Third."), stop],
  ]);
  expect((await submit("1")).status).toBe("completed");
  const { data } = await client.beta.threads.messages.list(threadId, { order: "asc" });
  const said = data.map(({ content }) => content.map((part) => (part.type === "text" ? part.text.value : "")).join(""));
  expect(said).toEqual(["hello", "First. ", "Second.", "Third."]);
});

test("is cut by a content filter: the message says so and the run fails", async () => {
  const { client, threadId, run } = await runRounds([[text("I am "), { kind: "finish", reason: "content_filter" }]]);
  expect(run.status).toBe("failed");
  const { data } = await client.beta.threads.messages.list(threadId, { limit: 1 });
  expect(data[0]?.incomplete_details).toEqual({ reason: "content_filter" });
});

test("is not asked again when the run's tokens are used up", async () => {
  const costly: ModelEvent = { kind: "usage", promptTokens: 300, completionTokens: 300 };
  const round = [...call(0, "get_weather"), costly, called];
  for (const limit of ["max_completion_tokens", "max_prompt_tokens"]) {
    const { submit, requests } = await runRounds([round], { [limit]: 300 });
    const over = await submit("1");
    expect(over).toMatchObject({ status: "incomplete", incomplete_details: { reason: limit } });
    expect(requests).toHaveLength(1);
  }
});

test("reads only the newest messages when the run says so, and what fits otherwise", async () => {
  const { model, requests } = modelOf([stop], [stop]);
  const { client } = await startServer({ services: { model } });
  const assistantId = await createTester(client, { tools: [] });
  const threadId = await createThread(client, "a".repeat(2000), "b".repeat(600), "c");
  const firstLetters = (index: number) =>
    requests[index]?.messages.map(({ content: [part] }) => (part?.kind === "text" ? part.text[0] : "")).join("");
  await client.beta.threads.runs.createAndPoll(threadId, {
    assistant_id: assistantId,
    truncation_strategy: { type: "last_messages", last_messages: 1 },
  });
  expect(firstLetters(0)).toBe("c");
  await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId, max_prompt_tokens: 256 });
  expect(firstLetters(1)).toBe("bc");
  const said = await Promise.all(requests.map((request) => request.said()));
  expect(said.map((texts) => texts.map(([letter]) => letter))).toEqual([
    ["a", "b", "c"],
    ["a", "b", "c"],
  ]);
});

test("refuses settings that contradict one another", async () => {
  const { client } = await startServer();
  const assistant = { assistant_id: await createTester(client, { tools: [weatherTool] }) };
  const threadId = await createThread(client, "hello");
  const create = (more: object) => client.beta.threads.runs.create(threadId, { ...assistant, ...more });
  await expect(create({ tool_choice: { type: "function", function: { name: "x" } } })).rejects.toThrow(
    "no tool named 'x'",
  );
  await expect(create({ tool_choice: { type: "file_search" } })).rejects.toThrow("no tool named 'file_search'");
  await expect(create({ truncation_strategy: { type: "last_messages" } })).rejects.toMatchObject({
    param: "truncation_strategy.last_messages",
    code: "missing_required_parameter",
  });
});
