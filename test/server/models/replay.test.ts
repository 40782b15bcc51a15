import { expect, test } from "vitest";
import { fingerprintOf } from "../../../src/server/models/fingerprint.ts";
import type { ModelRequest } from "../../../src/server/models/model.ts";
import { recordRound } from "../../../src/server/models/recorded-round.ts";
import { createReplayModel, type Recording } from "../../../src/server/models/replay.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import { eventsOf, noDelay, request, roundOf, tool, user } from "./request.ts";

const asked = request({ messages: [user("Hi")], tools: [tool("get")], instructions: "Be brief.", temperature: 1 });
const original = createScriptedModel({
  delay: noDelay,
  scripts: [
    {
      id: "hello",
      assistantName: "Weather",
      opening: [],
      scope: {},
      turns: [
        {
          user: ["Hi"],
          steps: [
            { say: "One moment." },
            {
              calls: [
                { call: "get", with: { n: 1 } },
                { call: "get", with: { n: 2 } },
              ],
            },
            { refuse: "I cannot say ${{ tools.get.output }}." },
          ],
        },
      ],
    },
  ],
});

/** Records what a model does in the two rounds of the turn. */
async function record(): Promise<Recording> {
  const first = await eventsOf(original, asked);
  const second = await eventsOf(original, { ...asked, rounds: [roundOf(first, () => "42")] });
  return {
    id: "hello",
    assistantName: "Weather",
    fingerprint: fingerprintOf(asked),
    opening: [],
    turns: [{ user: "Hi", rounds: [recordRound(first), recordRound(second)] }],
  };
}

async function replay(changes: Partial<ModelRequest> = {}) {
  return eventsOf(createReplayModel({ recordings: [await record()], delay: noDelay }), { ...asked, ...changes });
}

test("what was recorded is played again, round by round, with its usage", async () => {
  const first = await eventsOf(original, asked);
  expect(await replay()).toEqual(first);
  const rounds = [roundOf(first, () => "42")];
  expect(await replay({ rounds })).toEqual(await eventsOf(original, { ...asked, rounds }));
});

test("a recorded round holds what was said, in words", async () => {
  expect((await record()).turns[0]?.rounds).toEqual([
    {
      text: "One moment.",
      refusal: "",
      calls: [
        { tool: "function", name: "get", arguments: '{"n":1}' },
        { tool: "function", name: "get", arguments: '{"n":2}' },
      ],
      usage: { promptTokens: expect.any(Number), completionTokens: expect.any(Number) },
      finish: "tool_calls",
    },
    { text: "", refusal: "I cannot say 42.", calls: [], usage: expect.anything(), finish: "stop" },
  ]);
});

test.each<[Partial<ModelRequest>, string]>([
  [{ instructions: "Be long." }, "instructions"],
  [{ tools: [tool("other")] }, "tools"],
  [{ model: "other" }, "model"],
  [{ temperature: 0, topP: 0.5 }, "parameters"],
  [{ model: "other", responseFormat: { type: "text" } }, "model, parameters"],
])("an assistant with %j is no longer the one that was recorded", async (changes, parts) => {
  await expect(replay(changes)).rejects.toMatchObject({
    code: "invalid_prompt",
    message: `scenario "hello", turn 1: the recording is stale: the assistant's ${parts} changed since the recording was made. Record it again.`,
  });
});

test("a parameter at its default is the same as one that is not set", async () => {
  expect(await replay({ temperature: null, topP: 1 })).toHaveLength((await replay()).length);
});

test("what was not recorded is not made up", async () => {
  const round = { text: "", calls: [] };
  await expect(replay({ rounds: [round, round] })).rejects.toThrow(
    'scenario "hello", turn 1: the recording ends after 2 rounds, but this run requests another one.',
  );
  await expect(replay({ said: async () => ["Ho"] })).rejects.toThrow(
    'No recording matches the conversation: "Ho". The closest is "Hi", turn 1 of scenario "hello".',
  );
});
