import { expect, test } from "vitest";
import { withEarlierCalls, type EarlierRun, type ThreadMessage } from "../../../src/server/runs/earlier-calls.ts";
import type { ModelMessage, ModelRound } from "../../../src/server/models/model.ts";
import { startServer } from "../harness.ts";
import { delta, events, startPeer, usage, type Answer } from "../models/openai/peer.ts";
import { createTester, createThread } from "./lines.ts";

const said = (role: "user" | "assistant", text: string, runId: string | null, createdAt = 1): ThreadMessage => ({
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

const run = (id: string, rounds: ModelRound[], createdAt = 1): EarlierRun => ({ id, createdAt, rounds });

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
