import { describe, expect, test } from "vitest";
import type { ModelRequest, ModelTool } from "../../../../src/server/models/model.ts";
import { assistant, eventsOf, request, tool, user } from "../request.ts";
import { hello, json, key, startPeer } from "./peer.ts";

/** What the endpoint hears of a request. */
async function wire(changes: Partial<ModelRequest>) {
  const { model, heard } = await startPeer([hello], { "gpt-4o-mini": "qwen3" });
  await eventsOf(model, request({ messages: [user("Hi")], ...changes }));
  const [first] = heard;
  if (first === undefined) throw new Error("nothing was asked");
  return first;
}

test("a plain request asks for a stream with usage, and sends nothing that is not set", async () => {
  const { method, path, headers, body } = await wire({});
  expect([method, path, headers["authorization"]]).toEqual(["POST", "/v1/chat/completions", `Bearer ${key}`]);
  expect(body).toEqual({
    model: "qwen3",
    messages: [{ role: "user", content: "Hi" }],
    stream: true,
    stream_options: { include_usage: true },
  });
});

test("parameters go along", async () => {
  const { body } = await wire({
    temperature: 0,
    topP: 0.5,
    reasoningEffort: "low",
    maxCompletionTokens: 9,
    model: "other",
  });
  expect(body).toMatchObject({
    model: "other",
    temperature: 0,
    top_p: 0.5,
    reasoning_effort: "low",
    max_completion_tokens: 9,
  });
});

describe("messages", () => {
  test("instructions first, several texts as one, images as parts", async () => {
    const { body } = await wire({
      instructions: "Be brief.",
      messages: [
        { role: "user", content: ["a", "b"].map((text) => ({ kind: "text", text })) },
        assistant("Yes?"),
        assistant(""),
        {
          role: "user",
          content: [
            { kind: "text", text: "See" },
            { kind: "image_url", url: "https://x.example/a.png", detail: "low" },
            { kind: "image_data", dataUrl: "data:image/png;base64,AA==", detail: "auto" },
          ],
        },
      ],
    });
    expect(body["messages"]).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "a\nb" },
      { role: "assistant", content: "Yes?" },
      {
        role: "user",
        content: [
          { type: "text", text: "See" },
          { type: "image_url", image_url: { url: "https://x.example/a.png", detail: "low" } },
          { type: "image_url", image_url: { url: "data:image/png;base64,AA==", detail: "auto" } },
        ],
      },
    ]);
  });

  test("rounds become calls and answers", async () => {
    const call = { callId: "a", tool: "function" as const, name: "get", arguments: "{}", output: "42" };
    const { body } = await wire({
      tools: [tool("get"), { kind: "code_interpreter" }, tool("code_interpreter")],
      rounds: [
        { text: "", calls: [call, { ...call, callId: "b", tool: "code_interpreter", name: "code_interpreter" }] },
        { text: "Hm.", calls: [{ ...call, callId: "c" }] },
      ],
    });
    const called = (id: string, name: string) => ({ id, type: "function", function: { name, arguments: "{}" } });
    expect(body["messages"]).toEqual([
      { role: "user", content: "Hi" },
      { role: "assistant", content: null, tool_calls: [called("a", "get"), called("b", "run_code_interpreter")] },
      { role: "tool", tool_call_id: "a", content: "42" },
      { role: "tool", tool_call_id: "b", content: "42" },
      { role: "assistant", content: "Hm.", tool_calls: [called("c", "get")] },
      { role: "tool", tool_call_id: "c", content: "42" },
    ]);
  });
});

describe("tools", () => {
  const parameters = { type: "object", properties: {} };
  const full: ModelTool = { kind: "function", name: "get", description: "Gets.", parameters, strict: true };

  test("are functions, the built-in ones too", async () => {
    const { body } = await wire({ tools: [full, tool("put"), { kind: "code_interpreter" }, { kind: "file_search" }] });
    expect(body["tools"]).toEqual([
      { type: "function", function: { name: "get", description: "Gets.", parameters, strict: true } },
      { type: "function", function: { name: "put" } },
      {
        type: "function",
        function: {
          name: "code_interpreter",
          description: expect.any(String),
          parameters: expect.objectContaining({ required: ["input"] }),
        },
      },
      {
        type: "function",
        function: {
          name: "file_search",
          description: expect.any(String),
          parameters: expect.objectContaining({ required: ["query"] }),
        },
      },
    ]);
  });

  test.each<[Partial<ModelRequest>, unknown, unknown]>([
    [{}, undefined, undefined],
    [{ parallelToolCalls: false }, undefined, false],
    [{ toolChoice: { kind: "none" } }, "none", undefined],
    [{ toolChoice: { kind: "required" } }, "required", undefined],
    [{ toolChoice: { kind: "function", name: "get" } }, { type: "function", function: { name: "get" } }, undefined],
    [
      { toolChoice: { kind: "code_interpreter" }, tools: [{ kind: "code_interpreter" }, tool("code_interpreter")] },
      { type: "function", function: { name: "run_code_interpreter" } },
      undefined,
    ],
  ])("are chosen by %j", async (changes, choice, parallel) => {
    const { body } = await wire({ tools: [full], ...changes });
    expect([body["tool_choice"], body["parallel_tool_calls"]]).toEqual([choice, parallel]);
  });

  test("that are not there are not spoken of", async () => {
    const { body } = await wire({ toolChoice: { kind: "none" }, parallelToolCalls: false });
    expect(Object.keys(body)).toEqual(["model", "messages", "stream", "stream_options"]);
  });
});

test.each([
  ["auto", undefined],
  [{ type: "text" }, undefined],
  [{ type: "json_object" }, { type: "json_object" }],
  [
    { type: "json_schema", json_schema: { name: "r", schema: {} } },
    { type: "json_schema", json_schema: { name: "r", schema: {} } },
  ],
])("response_format %j", async (responseFormat, sent) => {
  expect((await wire({ responseFormat })).body["response_format"]).toEqual(sent);
});

describe("models", () => {
  test("are those of the endpoint and those of the map", async () => {
    const data = [{ id: "qwen3", created: 12.5, owned_by: "library" }, { id: "llama" }, { no: "id" }];
    const { model, heard } = await startPeer([json({ object: "list", data })], { "gpt-4o": "qwen3", "gpt-4": "gone" });
    expect(await model.list()).toEqual([
      { id: "gpt-4o", created: 12, owned_by: "library" },
      { id: "gpt-4", created: 0, owned_by: "upstream" },
      { id: "qwen3", created: 12, owned_by: "library" },
      { id: "llama", created: 0, owned_by: "upstream" },
    ]);
    expect([heard[0]?.method, heard[0]?.path]).toEqual(["GET", "/v1/models"]);
  });

  test("are those of the map alone where the endpoint has no list", async () => {
    const { model } = await startPeer([json({}, 404)], { "gpt-4o": "qwen3" });
    expect(await model.list()).toEqual([{ id: "gpt-4o", created: 0, owned_by: "upstream" }]);
  });

  test("that cannot be read are a failure", async () => {
    const { model } = await startPeer([json({ models: [] })]);
    await expect(model.list()).rejects.toThrow("answered /models with something that is not a list of models");
    const { model: locked } = await startPeer([json({}, 401)]);
    await expect(locked.list()).rejects.toThrow("refused the API key (401)");
  });
});

describe("embeddings", () => {
  const signal = new AbortController().signal;

  test("come in the order of the texts", async () => {
    const data = [1, 0].map((index) => ({ index, embedding: [index, 0.5] }));
    const { model, heard } = await startPeer([json({ data })], { "text-embedding-3-small": "nomic" });
    expect(await model.embed?.(["a", "b"], signal)).toEqual([
      [0, 0.5],
      [1, 0.5],
    ]);
    expect(heard[0]).toMatchObject({ path: "/v1/embeddings", body: { model: "nomic", input: ["a", "b"] } });
  });

  test("that are not offered are asked for once", async () => {
    const { model, heard } = await startPeer([json({}, 404)]);
    expect([await model.embed?.(["a"], signal), await model.embed?.(["a"], signal)]).toEqual([null, null]);
    expect(heard).toHaveLength(1);
  });

  test("that are missing are a failure", async () => {
    const { model } = await startPeer([json({ data: [{ index: 0, embedding: [1] }] })]);
    await expect(model.embed?.(["a", "b"], signal)).rejects.toThrow("answered /embeddings with 1 vectors for 2 texts");
  });
});
