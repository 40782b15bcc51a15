import { toFile } from "openai";
import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import type { Dialect } from "./dialect.ts";
import { connected, majors, newest } from "./majors.ts";

async function begin({ api }: Dialect, said: string): Promise<string> {
  return (await api.beta.threads.create({ messages: [{ role: "user", content: said }] })).id;
}
const textOf = (message: OpenAI.Beta.Threads.Message | undefined): string =>
  (message?.content ?? []).map((part) => (part.type === "text" ? part.text.value : `[${part.type}]`)).join("");

async function lastText({ api }: Dialect, thread: string): Promise<string> {
  const { data } = await api.beta.threads.messages.list(thread, { limit: 1 });
  return textOf(data[0]);
}
const outputsFor = (run: OpenAI.Beta.Threads.Run, output: string) =>
  (run.required_action?.submit_tool_outputs.tool_calls ?? []).map(({ id }) => ({ tool_call_id: id, output }));

describe.each(majors)("version $major of the official client", (major) => {
  test("creates a run and polls it to its end", async () => {
    const client = await connected(major);
    const thread = await begin(client, "hello");
    const { runs } = client.api.beta.threads;
    const run = await runs.createAndPoll(thread, { assistant_id: client.assistantId });
    expect(run).toMatchObject({ status: "completed", usage: { total_tokens: expect.any(Number) } });
    expect(await lastText(client, thread)).toBe("Hello there, friend.");
    expect(await client.retrieveRun(thread, run.id)).toEqual(run);
    const changed = await client.updateRun(thread, run.id, { rated: "good" });
    expect(changed).toEqual({ ...run, metadata: { rated: "good" } });
    expect(await Array.fromAsync(runs.list(thread))).toEqual([changed]);
  });

  test("streams a run: the received events add up to the stored result", async () => {
    const client = await connected(major);
    const thread = await begin(client, "hello");
    const stream = client.api.beta.threads.runs.stream(thread, { assistant_id: client.assistantId });
    const heard: string[] = [];
    let text = "";
    let snapshot = "";
    stream
      .on("runStepCreated", ({ type }) => heard.push(`step created: ${type}`))
      .on("messageCreated", ({ status }) => heard.push(`message created: ${status}`))
      .on("textCreated", () => heard.push("text created"))
      .on("textDelta", ({ value }, { value: soFar }) => {
        text += value ?? "";
        snapshot = soFar;
      })
      .on("textDone", ({ value }) => heard.push(`text done: ${value}`))
      .on("messageDone", ({ status }) => heard.push(`message done: ${status}`))
      .on("runStepDone", ({ status }) => heard.push(`step done: ${status}`))
      .on("end", () => heard.push("end"));
    const events = (await Array.fromAsync(stream)).map(({ event }) => event);
    const said = "Hello there, friend.";
    expect(heard).toEqual([
      "step created: message_creation",
      "message created: in_progress",
      "text created",
      `text done: ${said}`,
      "message done: completed",
      "step done: completed",
      "end",
    ]);
    expect([text, snapshot, await lastText(client, thread)]).toEqual([said, said, said]);
    expect([events[0], events.at(-1)]).toEqual(["thread.run.created", "thread.run.completed"]);
    const [message] = await stream.finalMessages();
    expect(textOf(message)).toBe(said);
    expect(textOf(await client.retrieveMessage(thread, message?.id ?? ""))).toBe(said);
    const run = await stream.finalRun();
    expect(run).toEqual(await client.retrieveRun(thread, run.id));
    const steps = await stream.finalRunSteps();
    expect(steps).toEqual(await Array.fromAsync(client.listSteps(thread, run.id)));
  });

  test("answers function calls in a stream", async () => {
    const client = await connected(major);
    const thread = await begin(client, "weather");
    const stream = client.api.beta.threads.runs.stream(thread, { assistant_id: client.assistantId });
    const calls: string[] = [];
    let fragments = "";
    stream
      .on("toolCallCreated", (call) => calls.push(`created ${call.type}`))
      .on("toolCallDelta", (delta) => {
        fragments += delta.type === "function" ? (delta.function?.arguments ?? "") : "";
      })
      .on("toolCallDone", (call) => calls.push(`done ${call.type === "function" ? call.function.arguments : ""}`));
    const waiting = await stream.finalRun();
    expect(waiting.status).toBe("requires_action");
    expect(calls).toEqual(["created function", 'done {"city":"Paris"}']);
    expect(fragments).toBe('{"city":"Paris"}');

    const rest = client.submitStream(thread, waiting.id, outputsFor(waiting, '{"celsius": 8}'));
    let text = "";
    rest.on("textDelta", ({ value }) => void (text += value));
    expect((await rest.finalRun()).status).toBe("completed");
    expect(text).toBe("It is 8 degrees.");
    expect(textOf((await rest.finalMessages())[0])).toBe(text);

    const steps = await Array.fromAsync(client.listSteps(thread, waiting.id, 1));
    expect(steps.map(({ type }) => type)).toEqual(["message_creation", "tool_calls", "message_creation"]);
    const call = await client.retrieveStep(thread, waiting.id, steps[1]?.id ?? "", false);
    expect(call.step_details).toMatchObject({ tool_calls: [{ function: { output: '{"celsius": 8}' } }] });
  });

  test("answers function calls by polling", async () => {
    const client = await connected(major);
    const waiting = await client.api.beta.threads.createAndRunPoll({
      assistant_id: client.assistantId,
      thread: { messages: [{ role: "user", content: "two cities" }] },
    });
    const thread = waiting.thread_id;
    expect(outputsFor(waiting, "{}")).toHaveLength(2);
    await expect(client.submit(thread, waiting.id, outputsFor(waiting, "{}").slice(1))).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("Expected tool outputs for call_ids ['call_"),
    });
    const run = await client.submitAndPoll(thread, waiting.id, outputsFor(waiting, "{}"));
    expect(run.status).toBe("completed");
    expect(await lastText(client, thread)).toBe("Both are fine.");
    const again = await begin(client, "two cities");
    const second = await client.api.beta.threads.runs.createAndPoll(again, { assistant_id: client.assistantId });
    expect((await client.submit(again, second.id, outputsFor(second, "{}"))).status).toBe("queued");
    expect((await client.pollRun(again, second.id)).status).toBe("completed");
  });

  test("streams a run together with its thread", async () => {
    const client = await connected(major);
    const stream = client.api.beta.threads.createAndRunStream({
      assistant_id: client.assistantId,
      thread: { messages: [{ role: "user", content: "hello" }] },
    });
    const events = (await Array.fromAsync(stream)).map(({ event }) => event);
    expect(events.slice(0, 2)).toEqual(["thread.created", "thread.run.created"]);
    const { thread_id: thread, status } = await stream.finalRun();
    expect([status, await lastText(client, thread)]).toEqual(["completed", "Hello there, friend."]);
  });

  test("cancels a run, which ends its stream", async () => {
    const client = await connected(major);
    const thread = await begin(client, "wait");
    const stream = client.api.beta.threads.runs.stream(thread, { assistant_id: client.assistantId });
    const said = new Promise((resolve) => stream.once("textDelta", resolve));
    await said;
    const [run] = await Array.fromAsync(client.api.beta.threads.runs.list(thread));
    expect((await client.cancelRun(thread, run?.id ?? "")).status).toBe("cancelling");
    expect((await stream.finalRun()).status).toBe("cancelled");
    expect((await client.pollRun(thread, run?.id ?? "")).status).toBe("cancelled");
  });

  test("hears of a failure and of a refusal", async () => {
    const client = await connected(major);
    const failed = await client.api.beta.threads.runs
      .stream(await begin(client, "fail late"), { assistant_id: client.assistantId })
      .finalRun();
    expect(failed).toMatchObject({ status: "failed", last_error: { code: "server_error", message: "It broke." } });
    await expect(
      client.api.beta.threads.runs.create(await begin(client, "x"), { assistant_id: "asst_none" }),
    ).rejects.toMatchObject({ status: 404, message: "404 No assistant found with id 'asst_none'." });
  });

  test("searches files and gets the place of the answer", async () => {
    const client = await connected(major, {
      "late checkout": [{ call: "file_search", with: { query: "checkout noon" } }, { say: "At noon【4:0†source】." }],
    });
    const { api } = client;
    const file = await toFile(Buffer.from("Checkout is at noon."), "handbook.md");
    const { id } = await api.files.create({ file, purpose: "assistants" });
    const store = await api.vectorStores.create({ file_ids: [id] });
    await api.vectorStores.files.poll(store.id, id);
    const thread = await api.beta.threads.create({
      messages: [{ role: "user", content: "late checkout" }],
      tool_resources: { file_search: { vector_store_ids: [store.id] } },
    });
    const stream = api.beta.threads.runs.stream(thread.id, {
      assistant_id: client.assistantId,
      tools: [{ type: "file_search" }],
    });
    const calls: string[] = [];
    stream.on("toolCallDone", ({ type }) => calls.push(type));
    const [message] = await stream.finalMessages();
    expect(calls).toEqual(["file_search"]);
    const [part] = message?.content ?? [];
    const [annotation] = part?.type === "text" ? part.text.annotations : [];
    expect(annotation).toMatchObject({ type: "file_citation", file_citation: { file_id: id } });
    const { start_index: start = 0, end_index: end = 0, text = "" } = annotation ?? {};
    expect(textOf(message).slice(start, end)).toBe(text);
    const run = await stream.finalRun();
    const [, step] = await Array.fromAsync(client.listSteps(thread.id, run.id));
    const details = (await client.retrieveStep(thread.id, run.id, step?.id ?? "", true)).step_details;
    expect(details).toMatchObject({
      tool_calls: [{ file_search: { results: [{ file_id: id, content: [{ text: "Checkout is at noon." }] }] } }],
    });
  });
});

test("the newest client follows Python in a stream", async () => {
  const code = "print(6 * 7)";
  const client = await connected(newest, {
    compute: [{ call: "code_interpreter", with: { input: code } }, { say: "It is 42." }],
  });
  const stream = client.api.beta.threads.runs.stream(await begin(client, "compute"), {
    assistant_id: client.assistantId,
    tools: [{ type: "code_interpreter" }],
  });
  let input = "";
  let logs = "";
  stream.on("toolCallDelta", (delta) => {
    if (delta.type !== "code_interpreter") return;
    input += delta.code_interpreter?.input ?? "";
    for (const output of delta.code_interpreter?.outputs ?? []) logs += output.type === "logs" ? output.logs : "";
  });
  const [step] = await stream.finalRunSteps();
  expect([input, logs]).toEqual([code, "42\n"]);
  expect(step?.step_details).toMatchObject({
    tool_calls: [{ type: "code_interpreter", code_interpreter: { input: code, outputs: [{ logs: "42\n" }] } }],
  });
  expect((await stream.finalRun()).status).toBe("completed");
});
