import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../harness.ts";
import { manualClock } from "../manual-clock.ts";
import { createTester, createThread, lines } from "./lines.ts";

type Event = OpenAI.Beta.AssistantStreamEvent;

async function collect(stream: AsyncIterable<Event>): Promise<Event[]> {
  return Array.fromAsync(stream);
}

/** Names in order; deltas in a row count once. */
function names(events: readonly { event: string }[]): string[] {
  return events
    .map(({ event }) => event)
    .filter((event, index, all) => !event.endsWith("delta") || all[index - 1] !== event);
}

/** The events of a raw stream, with `done` and `error`. */
async function rawEvents(response: Response): Promise<{ event: string; data: string }[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => {
    const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
    return { event, data };
  });
}

const messageEvents = [
  "thread.run.step.created",
  "thread.run.step.in_progress",
  "thread.message.created",
  "thread.message.in_progress",
  "thread.message.delta",
  "thread.message.completed",
  "thread.run.step.completed",
];
const begun = ["thread.run.created", "thread.run.queued", "thread.run.in_progress"];

const firstThread = "thread_000000000000000000000001";

async function startStream(server: TestServer, said: string, more: object = {}): Promise<Response> {
  const assistantId = await createTester(server.client);
  const threadId = await createThread(server.client, said);
  return server.send("POST", `/v1/threads/${threadId}/runs`, { assistant_id: assistantId, stream: true, ...more });
}

describe("the stream of a run", () => {
  test("a plain one is as recorded from the original", async () => {
    const response = await startStream(await startServer({ lines }), "hello");
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const events = await rawEvents(response);
    expect(names(events)).toEqual([...begun, ...messageEvents, "thread.run.completed", "done"]);
    expect(events.at(-1)?.data).toBe("[DONE]");
    const deltas = events
      .filter(({ event }) => event === "thread.message.delta")
      .map(({ data }) => JSON.parse(data).delta);
    expect(deltas.slice(0, 2)).toEqual([
      { content: [{ index: 0, type: "text", text: { value: "Hello", annotations: [] } }] },
      { content: [{ index: 0, type: "text", text: { value: " there," } }] },
    ]);
  });

  test("with its thread, the thread comes first", async () => {
    const { client, send } = await startServer({ lines });
    const thread = { messages: [{ role: "user", content: "hello" }] };
    const response = await send("POST", "/v1/threads/runs", {
      assistant_id: await createTester(client),
      stream: true,
      thread,
    });
    const events = await rawEvents(response);
    expect(names(events)).toEqual(["thread.created", ...begun, ...messageEvents, "thread.run.completed", "done"]);
  });

  test("function calls are streamed piece by piece, and the outputs' stream continues from there", async () => {
    const { client, send } = await startServer({ lines });
    const assistantId = await createTester(client);
    const threadId = await createThread(client, "two cities");
    const path = `/v1/threads/${threadId}/runs`;
    const first = await rawEvents(await send("POST", path, { assistant_id: assistantId, stream: true }));
    const calling = ["thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta"];
    expect(names(first)).toEqual([...begun, ...calling, "thread.run.requires_action", "done"]);
    const created = first.find(({ event }) => event === "thread.run.step.created");
    expect(JSON.parse(created?.data ?? "").step_details).toEqual({ type: "tool_calls", tool_calls: [] });
    const deltas = first
      .filter(({ event }) => event === "thread.run.step.delta")
      .map(({ data }) => JSON.parse(data).delta);
    const [opening, ...fragments] = deltas.map(({ step_details: details }) => details.tool_calls[0]);
    const run = JSON.parse(first.at(-2)?.data ?? "");
    const calls: { id: string }[] = run.required_action.submit_tool_outputs.tool_calls;
    expect(opening).toEqual({
      index: 0,
      id: calls[0]?.id,
      type: "function",
      function: { name: "get_weather", arguments: "", output: null },
    });
    expect(fragments[0]).toEqual({ index: 0, type: "function", function: { arguments: '{"city":"Paris"}' } });

    const outputs = calls.map(({ id }) => ({ tool_call_id: id, output: "{}" }));
    const second = await rawEvents(
      await send("POST", `${path}/${run.id}/submit_tool_outputs`, { tool_outputs: outputs, stream: true }),
    );
    expect(names(second)).toEqual([
      "thread.run.step.completed",
      "thread.run.queued",
      "thread.run.in_progress",
      ...messageEvents,
      "thread.run.completed",
      "done",
    ]);
    const answered = JSON.parse(second[0]?.data ?? "").step_details.tool_calls;
    expect(answered.map((call: { function: { output: string } }) => call.function.output)).toEqual(["{}", "{}"]);
  });

  test("a truncated one ends the message, the step and the run", async () => {
    const server = await startServer({ lines: { long: [{ say: "word ".repeat(1000) }] } });
    const events = await rawEvents(await startStream(server, "long", { max_completion_tokens: 256 }));
    expect(names(events).slice(-4)).toEqual([
      "thread.message.incomplete",
      "thread.run.step.completed",
      "thread.run.incomplete",
      "done",
    ]);
  });

  test("a failing one ends with the failure", async () => {
    const events = await rawEvents(await startStream(await startServer({ lines }), "fail late"));
    expect(names(events).slice(-4)).toEqual([
      "thread.message.incomplete",
      "thread.run.step.failed",
      "thread.run.failed",
      "done",
    ]);
  });

  test("a cancelled one says so all the way", async () => {
    const { client } = await startServer({ lines });
    const assistantId = await createTester(client);
    const threadId = await createThread(client, "wait");
    const stream = client.beta.threads.runs.stream(threadId, { assistant_id: assistantId });
    stream.once("messageDelta", async (_delta, { run_id: runId }) => {
      const cancelled = await client.beta.threads.runs.cancel(runId ?? "", { thread_id: threadId });
      expect(cancelled.status).toBe("cancelling");
    });
    const events = await collect(stream);
    expect(names(events).slice(-4)).toEqual([
      "thread.run.cancelling",
      "thread.message.incomplete",
      "thread.run.step.cancelled",
      "thread.run.cancelled",
    ]);
    const { data } = await client.beta.threads.messages.list(threadId, { limit: 1 });
    expect(data[0]).toMatchObject({ incomplete_details: { reason: "run_cancelled" } });
  });

  test("one that takes too long says so all the way", async () => {
    const clock = manualClock();
    const server = await startServer({ lines, services: { clock } });
    const reading = startStream(server, "wait").then(rawEvents);
    await expect.poll(async () => (await server.client.beta.threads.messages.list(firstThread)).data.length).toBe(2);
    clock.advance(600_000);
    expect(names(await reading).slice(-4)).toEqual([
      "thread.message.incomplete",
      "thread.run.step.expired",
      "thread.run.expired",
      "done",
    ]);
  });

  test("a refusal is a part of its own", async () => {
    const events = await rawEvents(await startStream(await startServer({ lines }), "refuse"));
    const deltas = events
      .filter(({ event }) => event === "thread.message.delta")
      .map(({ data }) => JSON.parse(data).delta);
    expect(deltas[0]).toEqual({ content: [{ index: 0, type: "refusal", refusal: "That" }] });
  });

  test("breaks off with an error event when the thread is deleted", async () => {
    const server = await startServer({ lines });
    const response = await startStream(server, "wait");
    const reading = rawEvents(response);
    await server.client.beta.threads.delete(firstThread);
    const events = await reading;
    expect(events.at(-1)?.event).toBe("error");
    expect(JSON.parse(events.at(-1)?.data ?? "")).toEqual({
      error: { message: "The stream was interrupted.", type: "server_error", param: null, code: null },
    });
  });

  test("a client that goes away does not stop the run", async () => {
    const { client, send } = await startServer({
      lines: { slowly: [{ say: "One " }, { delay: "20ms" }, { say: "two." }] },
    });
    const threadId = await createThread(client, "slowly");
    const response = await send("POST", `/v1/threads/${threadId}/runs`, {
      assistant_id: await createTester(client),
      stream: true,
    });
    await response.body?.cancel();
    const { data } = await client.beta.threads.runs.list(threadId);
    const run = await client.beta.threads.runs.poll(data[0]?.id ?? "", { thread_id: threadId });
    expect(run.status).toBe("completed");
  });
});

describe("the official client's stream helper", () => {
  test("follows a run with functions to its end", async () => {
    const { client } = await startServer({ lines });
    const assistantId = await createTester(client);
    const threadId = await createThread(client, "weather");
    const stream = client.beta.threads.runs.stream(threadId, { assistant_id: assistantId });
    const said: string[] = [];
    stream.on("textDelta", ({ value }) => said.push(value ?? ""));
    const waiting = await stream.finalRun();
    const outputs = (waiting.required_action?.submit_tool_outputs.tool_calls ?? []).map(({ id }) => ({
      tool_call_id: id,
      output: '{"celsius": -4}',
    }));
    const rest = client.beta.threads.runs.submitToolOutputsStream(waiting.id, {
      thread_id: threadId,
      tool_outputs: outputs,
    });
    rest.on("textDelta", ({ value }) => said.push(value ?? ""));
    expect((await rest.finalRun()).status).toBe("completed");
    expect(said.join("")).toBe("Let me see.It is -4 degrees.");
    const [message] = await rest.finalMessages();
    expect(message?.content[0]).toMatchObject({ text: { value: "It is -4 degrees." } });
  });
});
