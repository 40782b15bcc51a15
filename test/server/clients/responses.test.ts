import OpenAI from "openai";
import OpenAI4 from "openai-4";
import OpenAI5 from "openai-5";
import OpenAI6 from "openai-6";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen } from "../../../src/server/http/listen.ts";
import { startServer } from "../harness.ts";
import { faultInOrder, type Streamed } from "../responses/order.ts";

const lines = {
  hello: [{ say: "Hello there, friend." }],
  weather: [
    { say: "Let me look." },
    { call: "get_weather", with: { city: "Paris" } },
    { say: "It is ${{ tools.get_weather.output }} degrees." },
  ],
};
const tools = [{ type: "function" as const, name: "get_weather", parameters: { type: "object" }, strict: false }];

interface Options {
  apiKey: string;
  baseURL: string;
  maxRetries: number;
}

/** The majors that have Responses; typed as the newest, whose names they share here. */
const majors: [number, (options: Options) => OpenAI][] = [
  [4, (options) => new OpenAI4(options) as unknown as OpenAI],
  [5, (options) => new OpenAI5(options) as unknown as OpenAI],
  [6, (options) => new OpenAI6(options) as unknown as OpenAI],
  [7, (options) => new OpenAI(options)],
];

async function connected(connect: (options: Options) => OpenAI): Promise<OpenAI> {
  const server = await startServer({ lines });
  const listening = await listen({ fetch: server.contract.fetch, close: () => server.close() }, "127.0.0.1", 0);
  onTestFinished(() => listening.close());
  return connect({ apiKey: "key", baseURL: `${listening.url}/v1`, maxRetries: 0 });
}

describe.each(majors)("the official client, major %i, by Responses", (_major, connect) => {
  test("is answered, streamed to, and answered for its functions", async () => {
    const client = await connected(connect);
    const made = await client.responses.create({ model: "m", input: "hello" });
    expect([made.status, made.output_text]).toEqual(["completed", "Hello there, friend."]);
    expect((await client.responses.retrieve(made.id)).id).toBe(made.id);
    const stream = await client.responses.create({ model: "m", input: "weather", tools, stream: true });
    const events = await Array.fromAsync(stream);
    expect(faultInOrder(events as unknown as Streamed[])).toBe(null);
    const last = events.at(-1);
    if (last?.type !== "response.completed") return expect.fail("the stream did not end");
    const call = last.response.output.find((item) => item.type === "function_call");
    const next = await client.responses.create({
      model: "m",
      tools,
      previous_response_id: last.response.id,
      input: [{ type: "function_call_output", call_id: call?.call_id ?? "", output: "8" }],
    });
    expect(next.output_text).toBe("It is 8 degrees.");
    expect((await Array.fromAsync(client.responses.inputItems.list(next.id))).length).toBe(4);
    await expect(
      client.responses.create({ model: "m", input: "x", previous_response_id: "resp_x" }),
    ).rejects.toMatchObject({
      status: 400,
      code: "previous_response_not_found",
    });
  });
});

describe.each(majors.slice(1))("the official client, major %i, which has conversations", (_major, connect) => {
  test("keeps a conversation, and accumulates a stream by its helper", async () => {
    const client = await connected(connect);
    const { id: conversation } = await client.conversations.create({});
    const helper = client.responses.stream({ model: "m", conversation, input: "weather", tools });
    const final = await helper.finalResponse();
    expect(final.output.map(({ type }) => type)).toEqual(["message", "function_call"]);
    const items = await Array.fromAsync(client.conversations.items.list(conversation, { order: "asc" }));
    expect(items.map(({ type }) => type)).toEqual(["message", "message", "function_call"]);
    await client.conversations.delete(conversation);
  });
});
