import { createOpenAI } from "@ai-sdk/openai";
import { expect, test } from "vitest";
import { startServer } from "../harness.ts";

const lines = {
  hello: [{ say: "Hello there, friend." }],
  weather: [
    { say: "Let me look." },
    { call: "get_weather", with: { city: "Paris" } },
    { say: "It is ${{ tools.get_weather.output }} degrees." },
  ],
};

async function connected() {
  const { contract } = await startServer({ lines });
  const provider = createOpenAI({
    apiKey: "key",
    baseURL: "http://server.test/v1",
    fetch: (input, init) => contract.fetch(input, init),
  });
  return provider.responses("gpt-4o-mini");
}

const user = (text: string) => ({ role: "user" as const, content: [{ type: "text" as const, text }] });
const tools = [
  {
    type: "function" as const,
    name: "get_weather",
    inputSchema: { type: "object" as const, properties: { city: { type: "string" as const } } },
  },
];

test("the AI SDK, whose fixtures are recorded of the original, is answered", async () => {
  const model = await connected();
  const { content, finishReason, usage } = await model.doGenerate({ prompt: [user("hello")] });
  expect(content).toMatchObject([{ type: "text", text: "Hello there, friend." }]);
  expect(finishReason).toMatchObject({ unified: "stop" });
  expect(usage).toMatchObject({ inputTokens: { total: 2 }, outputTokens: { total: 5 } });
});

test("the AI SDK follows a stream with a call, and sends everything back", async () => {
  const model = await connected();
  const { stream } = await model.doStream({ prompt: [user("weather")], tools });
  const parts = await Array.fromAsync(stream);
  const call = parts.find((part) => part.type === "tool-call");
  expect(call).toMatchObject({ toolName: "get_weather", input: '{"city":"Paris"}' });
  expect(parts.flatMap((part) => (part.type === "text-delta" ? [part.delta] : [])).join("")).toBe("Let me look.");
  expect(parts.at(-1)).toMatchObject({ type: "finish", finishReason: { unified: "tool-calls" } });
  const toolCallId = call?.toolCallId ?? "";
  const { content } = await model.doGenerate({
    tools,
    prompt: [
      user("weather"),
      {
        role: "assistant",
        content: [
          { type: "text", text: "Let me look." },
          { type: "tool-call", toolCallId, toolName: "get_weather", input: { city: "Paris" } },
        ],
      },
      {
        role: "tool",
        content: [{ type: "tool-result", toolCallId, toolName: "get_weather", output: { type: "text", value: "8" } }],
      },
    ],
  });
  expect(content).toMatchObject([{ type: "text", text: "It is 8 degrees." }]);
});
