import { expect, test } from "vitest";
import { tellCall, toldCallKey } from "../../../src/kit/told-call.ts";
import type { Model, ModelMessage, ModelRound } from "../../../src/server/models/model.ts";
import { createRecordingModel } from "../../../src/server/models/record.ts";
import { type Recording, createReplayModel } from "../../../src/server/models/replay.ts";
import { startServer } from "../harness.ts";
import { delta, events, startPeer, usage, type Answer } from "../models/openai/peer.ts";
import { manualClock } from "../manual-clock.ts";
import { createTester, createThread, lastText } from "./lines.ts";
import { withEarlierCalls, type EarlierRun, type ThreadMessage } from "../../../src/server/runs/request.ts";

const said = (role: "user" | "assistant", text: string, runId: string | null, createdAt = 1): ThreadMessage => ({
  id: text,
  message: { role, content: [{ kind: "text", text }] },
  runId,
  createdAt,
});
const called = (name: string, text = ""): ModelRound => ({
  text,
  calls: [{ callId: `call_${name}`, tool: "function", name, arguments: "{}", output: "late" }],
});
const brief = (messages: ModelMessage[]) =>
  messages.map(({ role, content, calls = [] }) =>
    [
      role[0],
      ...content.map((part) => (part.kind === "text" ? part.text : part.kind)),
      ...calls.map(({ name }) => `+${name}`),
    ].join(" "),
  );

const run = (id: string, rounds: ModelRound[], createdAt = 1, after?: string | null): EarlierRun => ({
  id,
  after,
  createdAt,
  rounds,
});

test.each<[string, ThreadMessage[], EarlierRun[], string[]]>([
  [
    "a call, then the answer",
    [said("user", "where?", null), said("assistant", "late", "r"), said("user", "why?", null)],
    [run("r", [called("lookup")])],
    ["u where?", "a +lookup", "a late", "u why?"],
  ],
  [
    "words with the call, then the answer",
    [said("user", "where?", null), said("assistant", "Let me see.", "r"), said("assistant", "late", "r")],
    [run("r", [called("lookup", "Let me see.")])],
    ["u where?", "a Let me see. +lookup", "a late"],
  ],
  [
    "several rounds",
    [said("user", "where?", null), said("assistant", "Hm.", "r"), said("assistant", "late", "r")],
    [run("r", [called("a"), called("b", "Hm."), called("c")])],
    ["u where?", "a +a", "a Hm. +b", "a +c", "a late"],
  ],
  [
    "a run that only called",
    [said("user", "where?", null, 1), said("user", "and?", null, 5)],
    [run("r", [called("lookup")], 2)],
    ["u where?", "a +lookup", "u and?"],
  ],
  [
    "runs that only called, all in one second",
    [said("user", "one", null), said("user", "two", null), said("user", "three", null)],
    [run("r", [called("a")], 1, "one"), run("s", [called("b")], 1, "one"), run("t", [called("c")], 1, "two")],
    ["u one", "a +a", "a +b", "u two", "a +c", "u three"],
  ],
  [
    "a run before anything was said",
    [said("user", "one", null), said("user", "two", null)],
    [run("r", [called("a")], 1, null)],
    ["a +a", "u one", "u two"],
  ],
  [
    "a run after a message that was deleted",
    [said("user", "one", null, 1), said("user", "three", null, 5)],
    [run("r", [called("a")], 2, "two")],
    ["u one", "a +a", "u three"],
  ],
  [
    "no calls",
    [said("user", "hi", null), said("assistant", "hello", "r")],
    [run("r", [{ text: "", calls: [] }])],
    ["u hi", "a hello"],
  ],
  [
    "words that somebody changed since",
    [said("user", "where?", null), said("assistant", "changed", "r")],
    [run("r", [called("lookup", "Let me see.")])],
    ["u where?", "a changed", "a Let me see. +lookup"],
  ],
])("%s", (_, thread, runs, expected) => {
  expect(brief(withEarlierCalls(thread, runs))).toEqual(expected);
});

const answer = (...chunks: unknown[]): Answer => ({ pieces: [events(...chunks, usage, "[DONE]")] });
const says = (content: string) => answer(delta({ role: "assistant", content }), delta({}, "stop"));

test("the next run's request holds the calls of the one before, and their results", async () => {
  const lookup = {
    index: 0,
    id: "call_7",
    type: "function",
    function: { name: "get_weather", arguments: '{"city":"Paris"}' },
  };
  const peer = await startPeer([
    answer(delta({ role: "assistant", tool_calls: [lookup] }), delta({}, "tool_calls")),
    says("It is sunny."),
    says("22 degrees."),
  ]);
  const { client } = await startServer({ services: { model: peer.model } });
  const assistantId = await createTester(client);
  const threadId = await createThread(client, "How is Paris?");
  const first = await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: assistantId });
  await client.beta.threads.runs.submitToolOutputsAndPoll(first.id, {
    thread_id: threadId,
    tool_outputs: [{ tool_call_id: "call_7", output: '{"sky":"sunny","degrees":22}' }],
  });
  await client.beta.threads.messages.create(threadId, { role: "user", content: "And the temperature?" });
  const second = { assistant_id: assistantId };
  await client.beta.threads.runs.createAndPoll(threadId, second);
  const sent = peer.heard[2]?.body["messages"] as { role: string }[];
  expect(sent.filter(({ role }) => role !== "system")).toEqual([
    { role: "user", content: "How is Paris?" },
    { role: "assistant", content: null, tool_calls: [{ id: "call_7", type: "function", function: lookup.function }] },
    { role: "tool", tool_call_id: "call_7", content: '{"sky":"sunny","degrees":22}' },
    { role: "assistant", content: "It is sunny." },
    { role: "user", content: "And the temperature?" },
  ]);

  const truncated = { ...second, truncation_strategy: { type: "last_messages" as const, last_messages: 2 } };
  await client.beta.threads.runs.createAndPoll(threadId, truncated);
  const last = peer.heard[3]?.body["messages"] as { role: string }[];
  expect(last.filter(({ role }) => role !== "system")).toHaveLength(2);
});

test("calls that a client tells of in its messages are calls for the model", async () => {
  const peer = await startPeer([says("Yes."), says("Yes.")]);
  const { client } = await startServer({ services: { model: peer.model } });
  const { text, mark } = tellCall({ name: "get_weather", arguments: '{"city":"Paris"}', output: "sunny" });
  const told = { role: "assistant" as const, content: text, metadata: { [toldCallKey]: mark } };
  const { id: threadId } = await client.beta.threads.create({
    messages: [
      { role: "user", content: "How is Paris?" },
      told,
      { ...told, metadata: { [toldCallKey]: "7 other" } },
      { role: "user", content: "Sure?" },
    ],
  });
  const { data } = await client.beta.threads.messages.list(threadId, { order: "asc" });
  const sentFor = async (nth: number, more: Parameters<typeof createTester>[1]) => {
    await client.beta.threads.runs.createAndPoll(threadId, { assistant_id: await createTester(client, more) });
    const sent = peer.heard[nth]?.body["messages"] as { role: string }[];
    return sent.filter(({ role }) => role !== "system");
  };
  const id = `call_${data[1]?.id}`;
  expect(await sentFor(0, {})).toEqual([
    { role: "user", content: "How is Paris?" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id, type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } }],
    },
    { role: "tool", tool_call_id: id, content: "sunny" },
    { role: "assistant", content: text },
    { role: "user", content: "Sure?" },
  ]);
  // Without tools there are no calls; the text still tells of them.
  const [, second] = await sentFor(1, { tools: [] });
  expect(second).toEqual({ role: "assistant", content: text });
});

test("runs that only called keep their places, however fast the conversation was", async () => {
  const call = (id: string) => ({ index: 0, id, type: "function", function: { name: "get_weather", arguments: "{}" } });
  const calls = (id: string) => answer(delta({ role: "assistant", tool_calls: [call(id)] }), delta({}, "tool_calls"));
  const no: Answer = { status: 400, pieces: ['{"error":{"message":"no"}}'] };
  const peer = await startPeer([calls("call_1"), no, calls("call_2"), no, says("Done.")]);
  const { client } = await startServer({ services: { model: peer.model, clock: manualClock() } });
  const body = { assistant_id: await createTester(client) };
  const threadId = await createThread(client, "one");
  for (const next of ["two", "three"]) {
    const { id } = await client.beta.threads.runs.createAndPoll(threadId, body);
    const outputs = [{ tool_call_id: next === "two" ? "call_1" : "call_2", output: "22" }];
    const given = { thread_id: threadId, tool_outputs: outputs };
    expect((await client.beta.threads.runs.submitToolOutputsAndPoll(id, given)).status).toBe("failed");
    await client.beta.threads.messages.create(threadId, { role: "user", content: next });
  }
  await client.beta.threads.runs.createAndPoll(threadId, body);
  const sent = peer.heard[4]?.body["messages"] as { role: string; content: string | null; tool_call_id?: string }[];
  const told = sent.filter(({ role }) => role === "user" || role === "tool");
  expect(told.map((each) => each.tool_call_id ?? each.content)).toEqual(["one", "call_1", "two", "call_2", "three"]);
});

test("a recording is asked what the model was asked that was recorded, earlier calls included", async () => {
  const lookup = { index: 0, id: "call_1", type: "function", function: { name: "get_weather", arguments: "{}" } };
  const peer = await startPeer([
    answer(delta({ role: "assistant", tool_calls: [lookup] }), delta({}, "tool_calls")),
    says("It is sunny."),
    says("22 degrees."),
  ]);
  const recordings = new Map<string, Recording>();
  const recording = createRecordingModel(peer.model, (made, replaces) => {
    recordings.delete(replaces ?? "");
    recordings.set(made.id, made);
  });

  /** What was said, and what the model was told of the thread in the last run; ids of calls differ. */
  async function converse(model: Model) {
    const told: ModelMessage[][] = [];
    const watched: Model = {
      ...model,
      respond(request, signal) {
        told.push(request.messages);
        return model.respond(request, signal);
      },
    };
    const { client } = await startServer({ services: { model: watched } });
    const body = { assistant_id: await createTester(client) };
    const threadId = await createThread(client, "How is Paris?");
    const first = await client.beta.threads.runs.createAndPoll(threadId, body);
    const [call] = first.required_action?.submit_tool_outputs.tool_calls ?? [];
    const outputs = [{ tool_call_id: call?.id ?? "", output: "22" }];
    await client.beta.threads.runs.submitToolOutputsAndPoll(first.id, { thread_id: threadId, tool_outputs: outputs });
    await client.beta.threads.messages.create(threadId, { role: "user", content: "And the temperature?" });
    await client.beta.threads.runs.createAndPoll(threadId, body);
    return { said: await lastText(client, threadId), told: brief(told.at(-1) ?? []) };
  }

  const recorded = await converse(recording);
  expect(recorded).toEqual({
    said: "22 degrees.",
    told: ["u How is Paris?", "a +get_weather", "a It is sunny.", "u And the temperature?"],
  });
  const replay = createReplayModel({ recordings: [...recordings.values()], delay: async () => {} });
  expect(await converse(replay)).toEqual(recorded);
});
