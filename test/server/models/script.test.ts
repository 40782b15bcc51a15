import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Script } from "../../../src/project/script.ts";
import type { WrittenStep } from "../../../src/project/schemas/script.ts";
import type { ModelRequest } from "../../../src/server/models/model.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import { assistant, eventsOf, noDelay, playRun, request, roundOf, textOf, tool, user } from "./request.ts";

function script(turns: Record<string, WrittenStep[] | null>, more: Partial<Script> = {}): Script {
  const entries = Object.entries(turns);
  return {
    id: "paris",
    assistantName: "Weather",
    opening: [],
    turns: entries.map(([said, steps]) => ({ user: [said], steps })),
    scope: { vars: { unit: "celsius" }, matrix: { locale: "en" } },
    ...more,
  };
}

function model(...scripts: Script[]) {
  return createScriptedModel({ scripts, delay: noDelay });
}

const weather = script({
  "Weather in Paris?": [
    { say: "I look it up." },
    { call: "get_weather", with: { location: "Paris", unit: "${{ vars.unit }}" } },
    { when: "has(tools.get_weather.error)", say: "It failed: ${{ tools.get_weather.error }}" },
    { when: "!has(tools.get_weather.error)", say: "It is ${{ tools.get_weather.result.t }} °C." },
  ],
  "And in London?": [
    {
      calls: [
        { call: "get_weather", with: { location: "London" } },
        { call: "get_weather", with: { location: "Leeds" } },
      ],
    },
    { say: "${{ calls.map(c, c.result.t) }}" },
  ],
});
const first = request({ messages: [user("Weather in Paris?")], tools: [tool("get_weather")] });
const second = request({
  messages: [user("Weather in Paris?"), assistant("It is 22.79 °C."), user("And in London?")],
  tools: first.tools,
});

test("a run goes from round to round by what the tools answered", async () => {
  const { rounds, last } = await playRun(model(weather), first, () => '{"t": 22.79}');
  expect(rounds).toMatchObject([
    { text: "I look it up.", calls: [{ name: "get_weather", arguments: '{"location":"Paris","unit":"celsius"}' }] },
  ]);
  expect(textOf(last)).toBe("It is 22.79 °C.");
  expect(textOf((await playRun(model(weather), first, () => '{"error":"city not found"}')).last)).toBe(
    "It failed: city not found",
  );
});

test("the second turn is found by all that the user said", async () => {
  const { rounds, last } = await playRun(model(weather), second, (_, index) => `{"t": ${index}.5}`);
  expect(rounds[0]?.calls.map((call) => call.arguments)).toEqual(['{"location":"London"}', '{"location":"Leeds"}']);
  expect(textOf(last)).toBe("[0.5,1.5]");
});

describe("laws", () => {
  test("the same request gives the same events, from another model as well", async () => {
    const played = await playRun(model(weather), second, () => '{"t": 1}');
    for (const rounds of [[], played.rounds]) {
      const asked = { ...second, rounds };
      expect(await eventsOf(model(weather), asked)).toEqual(await eventsOf(model(weather), asked));
    }
  });

  test("any history that keeps the user's messages gives the same answer", async () => {
    const answers = fc.array(fc.string(), { maxLength: 3 });
    const known = await eventsOf(model(weather), second);
    await fc.assert(
      fc.asyncProperty(answers, answers, answers, async (before, between, after) => {
        const [paris, london] = [user("Weather in Paris?"), user("And in London?")];
        const messages = [...before.map(assistant), paris, ...between.map(assistant), london, ...after.map(assistant)];
        const events = await eventsOf(model(weather), { ...second, messages });
        const withoutUsage = (all: typeof events) => all.filter(({ kind }) => kind !== "usage");
        expect(withoutUsage(events)).toEqual(withoutUsage(known));
      }),
      { numRuns: 30 },
    );
  });

  test("calls of two runs never share an id", async () => {
    const ids = await Promise.all(
      ["run_1", "run_2"].map(async (runId) =>
        roundOf(await eventsOf(model(weather), { ...second, runId }), () => "").calls.map(({ callId }) => callId),
      ),
    );
    expect(new Set(ids.flat()).size).toBe(4);
  });
});

test("the text parts of a message are joined by line ends", async () => {
  const parts = [
    { kind: "text" as const, text: "Weather" },
    { kind: "image_url" as const, url: "x", detail: "auto" },
  ];
  const messages = [{ role: "user" as const, content: [...parts, { kind: "text" as const, text: "in Paris?" }] }];
  const events = await eventsOf(model(script({ "Weather\nin Paris?": [{ say: "Yes." }] })), request({ messages }));
  expect(textOf(events)).toBe("Yes.");
});

test("a hole's text is in scope", async () => {
  const turns = [
    { user: ["I am ", { hole: "saved.name" }], steps: [{ say: "Hi ${{ saved.name }}, ${{ matrix.locale }}" }] },
  ];
  const events = await eventsOf(model(script({}, { turns })), request({ messages: [user("I am Ann")] }));
  expect(textOf(events)).toBe("Hi Ann, en");
});

describe("what the run asks of the model is kept", () => {
  const schema = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
  const jsonSchema = { type: "json_schema", json_schema: { name: "reply", schema } };
  const calling: WrittenStep[] = [{ call: "get_weather" }, { say: "Done." }];

  test.each<[string, WrittenStep[], Partial<ModelRequest>, string]>([
    [
      "no tools",
      calling,
      { toolChoice: { kind: "none" } },
      'the script calls "get_weather", but the run\'s tool_choice is none',
    ],
    [
      "some tool",
      [{ say: "Hi" }],
      { toolChoice: { kind: "required" } },
      "the run's tool_choice is required, but the script does not call a tool",
    ],
    [
      "one function",
      calling,
      { toolChoice: { kind: "function", name: "other" } },
      "the run's tool_choice is other, but the script does not call it",
    ],
    [
      "JSON",
      [{ say: "Hi" }],
      { responseFormat: { type: "json_object" } },
      "response_format is json_object, but the reply is not JSON",
    ],
    [
      "a JSON object",
      [{ say: "[1]" }],
      { responseFormat: { type: "json_object" } },
      "response_format is json_object, but the reply is not a JSON object",
    ],
    [
      "a schema",
      [{ say: '{"ok": 1}' }],
      { responseFormat: jsonSchema },
      'the reply does not match the schema "reply" of response_format: reply/ok must be boolean',
    ],
    [
      "a schema that is one",
      [{ say: "{}" }],
      { responseFormat: { type: "json_schema", json_schema: { name: "reply", schema: { type: "banana" } } } },
      'the schema "reply" of response_format is not a JSON Schema: schema is invalid: data/type',
    ],
    [
      "a schema without what it refers to",
      [{ say: "{}" }],
      { responseFormat: { type: "json_schema", json_schema: { name: "reply", schema: { $ref: "#/$defs/x" } } } },
      'the schema "reply" of response_format is not a JSON Schema: can\'t resolve reference #/$defs/x',
    ],
    [
      "a tool that is there",
      [{ call: "fly" }],
      {},
      'step 1: the script calls "fly", a tool that the assistant does not have; it has get_weather',
    ],
  ])("%s", async (_, steps, asked, words) => {
    const failing = eventsOf(model(script({ "Weather in Paris?": steps })), { ...first, ...asked });
    await expect(failing).rejects.toMatchObject({ name: "ModelFailure", code: "invalid_prompt" });
    await expect(failing).rejects.toThrow(`scenario "paris", turn 1`);
    await expect(failing).rejects.toThrow(words);
  });

  test.each<[string, WrittenStep[], Partial<ModelRequest>]>([
    ["a forced call that is made", calling, { toolChoice: { kind: "function", name: "get_weather" } }],
    [
      "the rounds after a forced call",
      calling,
      { toolChoice: { kind: "required" }, rounds: [{ text: "", calls: [] }] },
    ],
    ["a reply that fits", [{ say: '{"ok": true}' }], { responseFormat: jsonSchema }],
    ["a call under a schema", calling, { responseFormat: jsonSchema }],
    ["a refusal under a schema", [{ refuse: "No." }], { responseFormat: jsonSchema }],
    ["plain text", [{ say: "Hi" }], { responseFormat: { type: "text" } }],
  ])("%s is allowed", async (_, steps, asked) => {
    const events = await eventsOf(model(script({ "Weather in Paris?": steps })), { ...first, ...asked });
    expect(events.at(-1)).toMatchObject({ kind: "finish" });
  });

  test("a limit on tokens cuts the text", async () => {
    const asked = request({ messages: [user("Hi")], tools: first.tools, maxCompletionTokens: 2 });
    const events = await eventsOf(model(script({ Hi: [{ say: "abcdefghij" }, { call: "get_weather" }] })), asked);
    expect(textOf(events)).toBe("abcdefgh");
    expect(events.slice(-2)).toEqual([
      { kind: "usage", promptTokens: expect.any(Number), completionTokens: 2 },
      { kind: "finish", reason: "length" },
    ]);
  });
});

describe("what is not written is never made up", () => {
  test("an unknown message", async () => {
    await expect(eventsOf(model(weather), request({ messages: [user("Weather in Rome?")] }))).rejects.toMatchObject({
      code: "invalid_prompt",
      message: `No script matches the conversation: "Weather in Rome?". The closest is "Weather in Paris?", turn 1 of scenario "paris".`,
    });
  });
  test("a turn without a script", async () => {
    await expect(eventsOf(model(script({ Hi: null })), request({ messages: [user("Hi")] }))).rejects.toThrow(
      'scenario "paris", turn 1: there is no script for this turn; add `script:` to it.',
    );
  });
  test("a scripted failure comes after what was said before it", async () => {
    const fail = { code: "rate_limit_exceeded" as const, message: "Slow down." };
    const heard: unknown[] = [];
    const answer = model(script({ Hi: [{ say: "Well" }, { fail }] })).respond(
      request({ messages: [user("Hi")] }),
      new AbortController().signal,
    );
    const listening = (async () => {
      for await (const event of answer) heard.push(event);
    })();
    await expect(listening).rejects.toMatchObject({ code: "rate_limit_exceeded", message: "Slow down." });
    expect(heard).toEqual([{ kind: "text", delta: "Well", phase: "final_answer" }]);
  });
});
