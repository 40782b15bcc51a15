import { expect, test } from "vitest";
import { startServer } from "../harness.ts";

const lines = {
  hello: [{ say: "Hello there, friend." }],
  json: [{ say: '{"city":"Paris"}' }],
  get: [{ call: "get" }, { say: "Got it." }],
};
const get = { type: "function" as const, name: "get", parameters: {}, strict: false };
const put = { ...get, name: "put" };

test("what the original has and this server cannot do is refused by name", async () => {
  const { send } = await startServer({ lines });
  const refusals: [object, string][] = [
    [{ prompt: { id: "pmpt_1" } }, "Unsupported parameter: 'prompt' is not supported by this server."],
    [{ top_logprobs: 3 }, "Unsupported parameter: 'top_logprobs' is not supported by this server."],
    [{ tools: [{ type: "web_search" }] }, "Invalid value: 'web_search'."],
    [{ input: [{ type: "computer_call" }] }, "Invalid value: 'computer_call'."],
    [{ input: [{ role: "user", content: [{ type: "input_file" }] }] }, "Invalid value: 'input_file'."],
    [{ foo: 1 }, "Unknown parameter: 'foo'."],
    [{ model: null }, "Missing required parameter: 'model'."],
    [{ max_output_tokens: 5 }, "Invalid 'max_output_tokens': integer below minimum value."],
    [{ background: true, store: false }, "Background responses have to be stored"],
    [{ tool_choice: { type: "function", name: "get" } }, "Tool choice 'get' not found in 'tools' parameter."],
    [{ tools: [{ type: "file_search", vector_store_ids: ["vs_none"] }] }, "No vector store found with id 'vs_none'."],
    [{ previous_response_id: "abc" }, "Invalid 'previous_response_id': 'abc'."],
    [{ input: null }, "One of 'input', 'previous_response_id' or 'conversation' must be provided."],
    [
      { input: [{ type: "function_call_output", call_id: "call_1", output: "" }] },
      "No tool call found for function call output with call_id call_1.",
    ],
  ];
  for (const [more, words] of refusals) {
    const response = await send("POST", "/v1/responses", { model: "m", input: "hello", ...more });
    const { error } = (await response.json()) as { error: { message: string } };
    expect([response.status < 500, error.message]).toEqual([true, expect.stringContaining(words)]);
  }
});

test("the requested parameters are returned, and the format of the answer is enforced", async () => {
  const { client } = await startServer({ lines });
  const format = {
    type: "json_schema" as const,
    name: "place",
    strict: true,
    schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  };
  const settings = { model: "m", text: { format, verbosity: "low" as const }, truncation: "auto" as const, top_p: 0.5 };
  expect(await client.responses.create({ ...settings, input: "json" })).toMatchObject({
    ...settings,
    output_text: '{"city":"Paris"}',
    service_tier: "default",
  });
  expect(await client.responses.create({ ...settings, input: "hello" })).toMatchObject({
    status: "failed",
    error: { code: "invalid_prompt" },
  });
});

test("tools that are declared and not allowed are not called; a forced call holds for each response's first round", async () => {
  const { client } = await startServer({ lines });
  const tools = [get, put];
  const allowed = (name: string) => ({
    type: "allowed_tools" as const,
    mode: "required" as const,
    tools: [{ type: "function", name }],
  });
  const asking = await client.responses.create({ model: "m", input: "get", tools, tool_choice: allowed("get") });
  expect(asking.output).toMatchObject([{ type: "function_call", name: "get" }]);
  const other = await client.responses.create({ model: "m", input: "get", tools, tool_choice: allowed("put") });
  expect(other).toMatchObject({ status: "failed", error: { message: expect.stringContaining('calls "get"') } });
  const [call] = asking.output;
  const output = { type: "function_call_output" as const, call_id: call?.type === "function_call" ? call.call_id : "" };
  const next = { model: "m", previous_response_id: asking.id, input: [{ ...output, output: "8" }], tools };
  expect(await client.responses.create({ ...next, tool_choice: "required" })).toMatchObject({ status: "failed" });
  expect((await client.responses.create(next)).output_text).toBe("Got it.");
});

test("tokens are counted before they are spent, and run out where the limit is", async () => {
  const { client } = await startServer({ lines: { long: [{ say: "word ".repeat(40) }] } });
  expect(await client.responses.inputTokens.count({ model: "m", input: "long" })).toEqual({
    object: "response.input_tokens",
    input_tokens: 1,
  });
  expect(await client.responses.create({ model: "m", input: "long", max_output_tokens: 16 })).toMatchObject({
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
    usage: { output_tokens: 16 },
  });
});

test("faults are injected where they were asked for", async () => {
  const zero = { rateLimited: 0, failing: 0, dropped: 0, notIndexed: 0, latency: 0, random: () => 0.5 };
  const code = [{ type: "code_interpreter" as const, container: { type: "auto" as const } }];
  const faults: [object, object, string][] = [
    [{ lostChains: 1 }, {}, "Previous response with id"],
    [{ zeroRetention: 1 }, {}, "Previous response cannot be used for this organization due to Zero Data Retention."],
    [{ statelessOnly: 1 }, {}, "Unknown parameter: 'previous_response_id'."],
    [{ expiredContainers: 1 }, { tools: code }, "Container is expired."],
  ];
  for (const [fault, more, words] of faults) {
    const { client } = await startServer({ lines, chaos: { ...zero, ...fault } });
    const first = await client.responses.create({ model: "m", input: "hello" });
    const next = { model: "m", input: "hello", previous_response_id: first.id, ...more };
    await expect(client.responses.create(next)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(words),
    });
  }
  const { send } = await startServer({ chaos: { ...zero, statelessOnly: 1 } });
  expect((await send("POST", "/v1/conversations", {})).status).toBe(404);
});
