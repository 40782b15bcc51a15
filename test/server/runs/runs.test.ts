import { expect, test } from "vitest";
import { startServer } from "../harness.ts";
import { createTester, createThread, lastText, lines, weatherTool } from "./lines.ts";

test("a plain run completes, and says what it cost", async () => {
  const { client } = await startServer({ lines });
  const assistantId = await createTester(client, { instructions: "Be kind." });
  const threadId = await createThread(client, "hello");
  const created = await client.beta.threads.runs.create(threadId, { assistant_id: assistantId });
  expect(created).toEqual({
    id: "run_000000000000000000000001",
    object: "thread.run",
    created_at: expect.any(Number),
    assistant_id: assistantId,
    thread_id: threadId,
    status: "queued",
    started_at: null,
    expires_at: created.created_at + 600,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    required_action: null,
    last_error: null,
    incomplete_details: null,
    model: "m",
    instructions: "Be kind.",
    tools: [weatherTool],
    tool_resources: {},
    metadata: {},
    temperature: 1,
    top_p: 1,
    reasoning_effort: null,
    max_prompt_tokens: null,
    max_completion_tokens: null,
    truncation_strategy: { type: "auto", last_messages: null },
    tool_choice: "auto",
    parallel_tool_calls: true,
    response_format: "auto",
    usage: null,
  });
  const run = await client.beta.threads.runs.poll(created.id, { thread_id: threadId });
  expect(run).toMatchObject({ status: "completed", expires_at: null, last_error: null });
  expect(run.usage?.total_tokens).toBe((run.usage?.prompt_tokens ?? 0) + (run.usage?.completion_tokens ?? 0));
  expect(run.usage?.completion_tokens).toBeGreaterThan(0);
  expect(await lastText(client, threadId)).toBe("Hello there, friend.");

  const steps = await client.beta.threads.runs.steps.list(run.id, { thread_id: threadId });
  expect(steps.data).toHaveLength(1);
  expect(steps.data[0]).toMatchObject({ type: "message_creation", status: "completed", usage: run.usage });
  const messages = await client.beta.threads.messages.list(threadId, { run_id: run.id });
  expect(messages.data.map(({ role, run_id: runId, assistant_id: id }) => [role, runId, id])).toEqual([
    ["assistant", run.id, assistantId],
  ]);
});

test("functions are asked for, answered together, and read by the model", async () => {
  const { client } = await startServer({ lines });
  const assistantId = await createTester(client);
  const threadId = await createThread(client, "weather");
  const waiting = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId });
  expect(waiting.status).toBe("requires_action");
  const [call] = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
  expect(call).toMatchObject({ type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } });
  const open = await client.beta.threads.runs.steps.list(waiting.id, { thread_id: threadId, limit: 1 });
  expect(open.data[0]).toMatchObject({ status: "in_progress", usage: null });

  const outputs = [{ tool_call_id: call?.id ?? "", output: '{"celsius": 21}' }];
  const run = await client.beta.threads.runs.submitToolOutputsAndPoll(waiting.id, {
    thread_id: threadId,
    tool_outputs: outputs,
  });
  expect(run).toMatchObject({ status: "completed", required_action: null });
  expect(await lastText(client, threadId)).toBe("It is 21 degrees.");
  const steps = await client.beta.threads.runs.steps.list(run.id, { thread_id: threadId, order: "asc" });
  expect(steps.data.map(({ type, status }) => `${type} ${status}`)).toEqual([
    "message_creation completed",
    "tool_calls completed",
    "message_creation completed",
  ]);
  expect(steps.data[1]?.step_details).toMatchObject({ tool_calls: [{ function: { output: '{"celsius": 21}' } }] });
});

test("overrides hold for the run alone", async () => {
  const { client } = await startServer({ lines });
  const assistantId = await createTester(client, { instructions: "Be kind.", temperature: 0.3 });
  const threadId = await createThread(client);
  const run = await client.beta.threads.runs.createAndPoll(threadId, {
    assistant_id: assistantId,
    model: "other",
    additional_instructions: "Be short.",
    additional_messages: [
      { role: "assistant", content: "Yes?" },
      { role: "user", content: "refuse" },
    ],
    tools: [],
    top_p: 0.5,
    metadata: { a: "b" },
    response_format: { type: "text" },
    truncation_strategy: { type: "last_messages", last_messages: 1 },
    max_completion_tokens: 1000,
    max_prompt_tokens: 1000,
    tool_choice: "none",
    parallel_tool_calls: false,
  });
  expect(run).toMatchObject({
    status: "completed",
    model: "other",
    instructions: "Be kind.\n\nBe short.",
    tools: [],
    temperature: 0.3,
    top_p: 0.5,
    metadata: { a: "b" },
    response_format: { type: "text" },
    truncation_strategy: { type: "last_messages", last_messages: 1 },
    tool_choice: "none",
    parallel_tool_calls: false,
  });
  const messages = await client.beta.threads.messages.list(threadId, { order: "asc" });
  expect(messages.data.map(({ role }) => role)).toEqual(["assistant", "user", "assistant"]);
  expect(messages.data[2]?.content).toEqual([{ type: "refusal", refusal: "That I do not do." }]);
});

test("a run continues when its assistant is deleted; a new one cannot start", async () => {
  const { client } = await startServer({ lines });
  const assistantId = await createTester(client);
  const threadId = await createThread(client, "weather");
  const waiting = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId });
  await client.beta.assistants.delete(assistantId);
  const calls = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
  const outputs = calls.map(({ id }) => ({ tool_call_id: id, output: '{"celsius": 3}' }));
  const run = await client.beta.threads.runs.submitToolOutputsAndPoll(waiting.id, {
    thread_id: threadId,
    tool_outputs: outputs,
  });
  expect(run.status).toBe("completed");
  await expect(client.beta.threads.runs.create(threadId, { assistant_id: assistantId })).rejects.toThrow(
    `404 No assistant found with id '${assistantId}'.`,
  );
});

test("what the model cannot do fails the run, and what was said stays", async () => {
  const { client, log } = await startServer({ lines });
  const assistantId = await createTester(client);
  const early = await client.beta.threads.runs.createAndPoll(await createThread(client, "limit"), {
    assistant_id: assistantId,
  });
  expect(early).toMatchObject({
    status: "failed",
    last_error: { code: "rate_limit_exceeded", message: "Too much at once." },
    failed_at: expect.any(Number),
  });
  expect(log.filter(({ kind }) => kind === "run")).toEqual([
    {
      kind: "run",
      runId: early.id,
      threadId: early.thread_id,
      status: "failed",
      reason: "rate_limit_exceeded: Too much at once.",
      usage: early.usage,
      seconds: expect.any(Number),
    },
  ]);
  const threadId = await createThread(client, "fail late");
  const late = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId });
  expect(late).toMatchObject({ status: "failed", last_error: { code: "server_error", message: "It broke." } });
  const { data } = await client.beta.threads.messages.list(threadId, { limit: 1 });
  expect(data[0]).toMatchObject({ status: "incomplete", incomplete_details: { reason: "run_failed" } });
  expect(await lastText(client, threadId)).toBe("I begin ");
  const steps = await client.beta.threads.runs.steps.list(late.id, { thread_id: threadId });
  expect(steps.data[0]).toMatchObject({ status: "failed", last_error: { code: "server_error" } });
});

test("tokens that run out end the run as incomplete", async () => {
  const { client } = await startServer({ lines: { long: [{ say: "word ".repeat(2000) }] } });
  const assistantId = await createTester(client);
  const threadId = await createThread(client, "long");
  const run = await client.beta.threads.runs.createAndPoll(threadId, {
    assistant_id: assistantId,
    max_completion_tokens: 256,
  });
  expect(run).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_completion_tokens" } });
  expect(run.usage?.completion_tokens).toBe(256);
  const { data } = await client.beta.threads.messages.list(threadId, { limit: 1 });
  expect(data[0]).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_tokens" } });
  const steps = await client.beta.threads.runs.steps.list(run.id, { thread_id: threadId });
  expect(steps.data[0]?.status).toBe("completed");

  const tooLong = await createThread(client, "word ".repeat(2000));
  const cut = await client.beta.threads.runs.createAndPoll(tooLong, {
    assistant_id: assistantId,
    max_prompt_tokens: 256,
  });
  expect(cut).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_prompt_tokens" } });
});

test("a run without anything to say completes with an empty message, and the log tells", async () => {
  const { client, log } = await startServer({ lines });
  const threadId = await createThread(client, "nothing");
  const run = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: await createTester(client) });
  expect(run.status).toBe("completed");
  const { data } = await client.beta.threads.messages.list(threadId);
  expect(data.map(({ role, status }) => [role, status])).toEqual([
    ["assistant", "completed"],
    ["user", "completed"],
  ]);
  expect(data[0]?.content).toEqual([{ type: "text", text: { value: "", annotations: [] } }]);
  expect(log).toContainEqual(
    expect.objectContaining({ kind: "run", runId: run.id, reason: "the model's last answer was empty" }),
  );
});

test("a thread and its run can be made in one request", async () => {
  const { client } = await startServer({ lines });
  const run = await client.beta.threads.createAndRunPoll({
    assistant_id: await createTester(client),
    thread: { messages: [{ role: "user", content: "hello" }], metadata: { a: "b" } },
  });
  expect(run.status).toBe("completed");
  expect(await client.beta.threads.retrieve(run.thread_id)).toMatchObject({ metadata: { a: "b" } });
  const alone = await client.beta.threads.createAndRunPoll({
    assistant_id: await createTester(client, { instructions: "x" }),
  });
  expect(alone.status).toBe("failed");
});

test("a run can be changed when it is over", async () => {
  const { client } = await startServer({ lines });
  const threadId = await createThread(client, "hello");
  const run = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: await createTester(client) });
  const changed = await client.beta.threads.runs.update(run.id, { thread_id: threadId, metadata: { a: "b" } });
  expect(changed).toEqual({ ...run, metadata: { a: "b" } });
});
