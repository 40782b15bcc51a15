import type OpenAI from "openai";
import { expect, test } from "vitest";
import { startServer } from "../harness.ts";

const tools = [{ type: "function" as const, name: "get_weather", parameters: { type: "object" }, strict: false }];
const lines = {
  hello: [{ say: "Hello there, friend." }],
  weather: [
    { say: "Let me look." },
    { call: "get_weather", with: { city: "Paris" } },
    { say: "It is ${{ tools.get_weather.output }} degrees." },
  ],
};

test("a text is answered, and the response is there afterwards", async () => {
  const { client } = await startServer({ lines });
  const made = await client.responses.create({ model: "m", input: "hello", metadata: { a: "b" } });
  expect(made).toMatchObject({
    status: "completed",
    output: [{ type: "message", role: "assistant", phase: "final_answer", status: "completed" }],
    output_text: "Hello there, friend.",
    usage: { input_tokens: 2, output_tokens: 5, total_tokens: 7 },
    metadata: { a: "b" },
  });
  expect(await client.responses.retrieve(made.id)).toEqual(made);
  await client.responses.delete(made.id);
  await expect(client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
});

test("a stream tells every item from its beginning to its end, in numbered events", async () => {
  const { client } = await startServer({ lines });
  const events = await Array.fromAsync(
    await client.responses.create({ model: "m", input: "weather", tools, stream: true }),
  );
  expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
  expect([...new Set(events.map(({ type }) => type))]).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.completed",
  ]);
  const done = events.flatMap((event) => (event.type === "response.output_item.done" ? [event.item] : []));
  const [last] = events.slice(-1);
  expect(last?.type === "response.completed" && last.response.output).toEqual(done);
  expect(done).toMatchObject([
    { type: "message", phase: "commentary", content: [{ text: "Let me look." }] },
    { type: "function_call", name: "get_weather", arguments: '{"city":"Paris"}', status: "completed" },
  ]);
});

test("a response that wants functions is completed, and the next one answers for them", async () => {
  const { client } = await startServer({ lines });
  const asking = await client.responses.create({ model: "m", input: "weather", tools });
  const call = asking.output.find((item) => item.type === "function_call");
  const output = { type: "function_call_output" as const, call_id: call?.call_id ?? "", output: "8" };
  expect(asking.status).toBe("completed");
  const chained = await client.responses.create({
    model: "m",
    tools,
    previous_response_id: asking.id,
    input: [output],
  });
  expect(chained.output_text).toBe("It is 8 degrees.");
  const types = (await Array.fromAsync(client.responses.inputItems.list(chained.id, { order: "asc" }))).map(
    ({ type }) => type,
  );
  expect(types).toEqual(["message", "message", "function_call", "function_call_output"]);
  const whole = await client.responses.create({
    model: "m",
    tools,
    store: false,
    input: [{ role: "user", content: "weather" }, ...(asking.output as OpenAI.Responses.ResponseInputItem[]), output],
  });
  expect(whole.output_text).toBe("It is 8 degrees.");
  await expect(client.responses.retrieve(whole.id)).rejects.toMatchObject({ status: 404 });
});

test("what cannot continue is refused", async () => {
  const { client } = await startServer({ lines });
  const asking = await client.responses.create({ model: "m", input: "weather", tools });
  const call = asking.output.find((item) => item.type === "function_call");
  const next = { model: "m", previous_response_id: asking.id };
  await expect(client.responses.create({ ...next, input: "hello" })).rejects.toMatchObject({
    status: 400,
    message: `400 No tool output found for function call ${call?.call_id}.`,
  });
  await expect(
    client.responses.create({ model: "m", input: "x", previous_response_id: "resp_none" }),
  ).rejects.toMatchObject({
    status: 400,
    code: "previous_response_not_found",
    message: "400 Previous response with id 'resp_none' not found.",
  });
});
