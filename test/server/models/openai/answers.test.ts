import { describe, expect, test } from "vitest";
import type { ModelEvent, ModelTool } from "../../../../src/server/models/model.ts";
import { eventsOf, request, textOf, tool, user } from "../request.ts";
import { delta, events, hello, json, startPeer, usage, type Answer } from "./peer.ts";

const asked = request({ messages: [user("Hi")] });
const calling = request({ messages: [user("Hi")], tools: [tool("get"), tool("put"), { kind: "code_interpreter" }] });

async function hear(answer: Answer, what = asked): Promise<ModelEvent[]> {
  const { model } = await startPeer([answer]);
  return eventsOf(model, what);
}

/** The calls of an answer with their whole arguments. */
function callsOf(heard: ModelEvent[]) {
  const argumentsOf = (index: number) =>
    heard.map((event) => (event.kind === "arguments" && event.index === index ? event.delta : "")).join("");
  return heard.flatMap((event) =>
    event.kind === "call" ? [[event.callId, event.tool, event.name, argumentsOf(event.index)]] : [],
  );
}

describe("a text", () => {
  test("is streamed as it comes, and ends with the usage of the upstream", async () => {
    expect(await hear(hello)).toEqual([
      { kind: "text", delta: "Hello" },
      { kind: "usage", promptTokens: 11, completionTokens: 7 },
      { kind: "finish", reason: "stop" },
    ]);
  });

  test("survives bytes that come one by one, characters of several bytes, and any line end", async () => {
    for (const lineEnd of ["\n", "\r\n", "\r"]) {
      const text = "Grüße aus 東京 🗼\nbye";
      const wire = `: comment\n\nevent: x\n${events(delta({ content: text }), delta({}, "stop"), "[DONE]")}`;
      const bytes = new TextEncoder().encode(wire.replaceAll("\n", lineEnd));
      const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
      expect(textOf(await hear({ pieces }))).toBe(text);
    }
  });

  test("may contain reasoning, which is kept separate, and a refusal", async () => {
    const heard = await hear({
      pieces: [
        events(
          delta({ reasoning_content: "Hmm." }),
          delta({ content: null, refusal: "No." }),
          delta({}, "stop"),
          "[DONE]",
        ),
      ],
    });
    expect(heard.slice(0, 2)).toEqual([
      { kind: "reasoning", delta: "Hmm." },
      { kind: "refusal", delta: "No." },
    ]);
    expect(textOf(heard)).toBe("");
  });

  test("without usage is estimated", async () => {
    const heard = await hear({ pieces: [events(delta({ content: "12345678" }), delta({}, "stop"), "[DONE]")] });
    expect(heard.at(-2)).toEqual({ kind: "usage", promptTokens: 1, completionTokens: 2 });
  });

  test("may come whole instead of streamed", async () => {
    const message = {
      role: "assistant",
      content: [
        { type: "text", text: "Hel" },
        { type: "text", text: "lo" },
      ],
    };
    const heard = await hear(
      json({ object: "chat.completion", choices: [{ message, finish_reason: "stop" }], usage: usage.usage }),
    );
    expect(heard).toEqual(await hear(hello));
  });

  test.each([
    ["[DONE] without a finish reason", events(delta({ content: "Hello" }), "[DONE]"), "stop"],
    ["a finish reason without [DONE]", events(delta({ content: "Hello" }), delta({}, "stop")), "stop"],
    ["a last event without its blank line", events(delta({ content: "Hello" })) + "data:[DONE]", "stop"],
    ["the limit", events(delta({ content: "Hello" }, "length"), "[DONE]"), "length"],
    ["the filter", events(delta({ content: "Hello" }, "content_filter"), "[DONE]"), "content_filter"],
    ["a word of its own", events(delta({ content: "Hello" }, "eos"), "[DONE]"), "stop"],
  ])("may end with %s", async (_, wire, reason) => {
    const heard = await hear({ pieces: [wire] });
    expect(textOf(heard)).toBe("Hello");
    expect(heard.at(-1)).toEqual({ kind: "finish", reason });
  });
});

describe("calls", () => {
  const call = (name: string | null, written: unknown, more: Record<string, unknown> = {}) => ({
    type: "function",
    function: { ...(name === null ? {} : { name }), arguments: written },
    ...more,
  });
  const generated = expect.stringMatching(/^call_[0-9a-f]{24}$/);
  const both = [
    ["a", "function", "get", '{"n":1}'],
    ["b", "function", "put", '{"n":2}'],
  ];
  const bothNew = both.map(([, ...rest]) => [generated, ...rest]);

  test.each<[string, Record<string, unknown>[], unknown[]]>([
    [
      "by the book, interleaved",
      [
        call("get", "", { index: 0, id: "a" }),
        call("put", "", { index: 1, id: "b" }),
        call(null, '{"n"', { index: 0 }),
        call(null, '{"n":2}', { index: 1 }),
        call(null, ":1}", { index: 0 }),
      ],
      both,
    ],
    ["whole, without index", [call("get", '{"n":1}', { id: "a" }), call("put", '{"n":2}', { id: "b" })], both],
    [
      "whole, every index 0",
      [call("get", '{"n":1}', { index: 0, id: "a" }), call("put", '{"n":2}', { index: 0, id: "b" })],
      both,
    ],
    ["whole, without id and index", [call("get", '{"n":1}'), call("put", '{"n":2}', { id: "" })], bothNew],
    [
      "in pieces, without id and index",
      [call("get", ""), call(null, '{"n"'), call(null, ":1}"), call("put", '{"n"'), call(null, ":2}")],
      bothNew,
    ],
    [
      "with id and name repeated",
      [
        call("get", '{"n"', { index: 0, id: "a" }),
        call("get", ":1}", { index: 0, id: "a" }),
        call("put", '{"n":2}', { index: 1, id: "b" }),
      ],
      both,
    ],
    [
      "with a new id in every piece",
      [call("get", '{"n"', { index: 0, id: "a" }), call(null, ":1}", { index: 0, id: "x" })],
      both.slice(0, 1),
    ],
    [
      "with one id for all",
      [call("get", '{"n":1}', { index: 0, id: "a" }), call("put", '{"n":2}', { index: 1, id: "a" })],
      [both[0], bothNew[1]],
    ],
    ["with arguments that are an object", [call("get", { n: 1 }, { id: "a" })], both.slice(0, 1)],
    [
      "with a name that comes later",
      [call(null, '{"n"', { index: 0, id: "a" }), call("get", ":1}", { index: 0 })],
      both.slice(0, 1),
    ],
    ["without arguments", [call("get", "", { index: 0, id: "a" })], [["a", "function", "get", "{}"]]],
    [
      "of a built-in tool",
      [call("code_interpreter", '{"input":"1"}', { id: "a" })],
      [["a", "code_interpreter", "code_interpreter", '{"input":"1"}']],
    ],
    ["of a tool that was not offered", [call("python", "{}", { id: "a" })], [["a", "function", "python", "{}"]]],
    [
      "twice the same tool, without id and index",
      [call("get", '{"n":1}'), call("get", '{"n":2}')],
      [
        [generated, "function", "get", '{"n":1}'],
        [generated, "function", "get", '{"n":2}'],
      ],
    ],
  ])("%s", async (_, fragments, calls) => {
    const chunks = fragments.map((fragment) => delta({ tool_calls: [fragment] }));
    const heard = await hear({ pieces: [events(...chunks, delta({}, "tool_calls"), "[DONE]")] }, calling);
    expect(callsOf(heard)).toEqual(calls);
    expect(new Set(callsOf(heard).map(([id]) => id)).size).toBe(calls.length);
    expect(heard.at(-1)).toEqual({ kind: "finish", reason: "tool_calls" });
  });

  test("in an answer that is not streamed, under a finish reason that forgets them", async () => {
    const message = {
      content: "Wait.",
      tool_calls: [call("get", '{"n":1}', { id: "a" }), call("put", '{"n":2}', { id: "b" })],
    };
    const heard = await hear(json({ choices: [{ message, finish_reason: "stop" }] }), calling);
    expect(callsOf(heard)).toEqual(both);
    expect(heard.at(-1)).toEqual({ kind: "finish", reason: "tool_calls" });
  });

  test("one at most when they must not be parallel", async () => {
    const wire = events(
      delta({ tool_calls: [call("get", "{}", { index: 0, id: "a" }), call("put", "not JSON", { index: 1, id: "b" })] }),
      "[DONE]",
    );
    const heard = await hear({ pieces: [wire] }, { ...calling, parallelToolCalls: false });
    expect(callsOf(heard)).toEqual([["a", "function", "get", "{}"]]);
  });

  test("an id that the run already has is replaced", async () => {
    const rounds = [
      { text: "", calls: [{ callId: "a", tool: "function" as const, name: "get", arguments: "{}", output: "" }] },
    ];
    const wire = events(delta({ tool_calls: [call("get", "{}", { index: 0, id: "a" })] }), "[DONE]");
    expect(callsOf(await hear({ pieces: [wire] }, { ...calling, rounds }))).toEqual([
      [generated, "function", "get", "{}"],
    ]);
  });

  test("that the limit cut short end the round as such", async () => {
    const wire = events(
      delta({ tool_calls: [call("get", '{"n', { index: 0, id: "a" })] }),
      delta({}, "length"),
      "[DONE]",
    );
    expect((await hear({ pieces: [wire] }, calling)).at(-1)).toEqual({ kind: "finish", reason: "length" });
  });

  test.each([
    ["arguments that are not JSON", "get", '{"n'],
    ["arguments that are no object", "get", "[1]"],
    ["a function that nobody declared", "erase_all", "{}"],
  ])("with %s are what the model said", async (_, name, written) => {
    const wire = events(delta({ tool_calls: [call(name, written, { id: "a" })] }), delta({}, "tool_calls"), "[DONE]");
    expect(callsOf(await hear({ pieces: [wire] }, calling))).toEqual([["a", "function", name, written]]);
  });

  test("without a name fail", async () => {
    const wire = events(delta({ tool_calls: [call(null, "{}", { id: "a" })] }), delta({}, "tool_calls"), "[DONE]");
    const failing = hear({ pieces: [wire] }, calling);
    await expect(failing).rejects.toMatchObject({ name: "ModelFailure", code: "server_error" });
    await expect(failing).rejects.toThrow("called a tool without naming it.");
  });
});

test("a function that has the name of a built-in tool does not get its calls", async () => {
  const tools: ModelTool[] = [{ kind: "file_search" }, tool("file_search"), tool("run_file_search")];
  const named = (name: string, id: string) => ({ id, function: { name, arguments: "{}" } });
  const wire = events(delta({ tool_calls: [named("file_search", "a"), named("run_file_search_", "b")] }), "[DONE]");
  const { model, heard } = await startPeer([{ pieces: [wire] }]);
  expect(callsOf(await eventsOf(model, request({ tools })))).toEqual([
    ["a", "function", "file_search", "{}"],
    ["b", "file_search", "file_search", "{}"],
  ]);
  expect(heard[0]?.body["tools"]).toMatchObject([
    { function: { name: "run_file_search_" } },
    { function: { name: "file_search" } },
    { function: { name: "run_file_search" } },
  ]);
});
