import { expect, test } from "vitest";
import { startServer } from "../harness.ts";

const tools = [{ type: "function" as const, name: "get_weather", parameters: { type: "object" }, strict: false }];
const lines = {
  hello: [{ say: "Hello." }],
  weather: [{ call: "get_weather" }, { say: "It is ${{ tools.get_weather.output }} degrees." }],
};

test("a conversation has its earlier messages, and continues from there", async () => {
  const { client } = await startServer({ lines });
  const conversation = await client.conversations.create({ metadata: { who: "me" } });
  const asking = await client.responses.create({ model: "m", conversation: conversation.id, input: "weather", tools });
  expect(asking).toMatchObject({ conversation: { id: conversation.id }, previous_response_id: null });
  const call = asking.output.find((item) => item.type === "function_call");
  await expect(
    client.responses.create({ model: "m", conversation: conversation.id, input: "hello" }),
  ).rejects.toMatchObject({ status: 400, message: `400 No tool output found for function call ${call?.call_id}.` });
  const answer = await client.responses.create({
    model: "m",
    conversation: { id: conversation.id },
    tools,
    input: [{ type: "function_call_output", call_id: call?.call_id ?? "", output: "8" }],
  });
  expect(answer.output_text).toBe("It is 8 degrees.");
  const items = await Array.fromAsync(client.conversations.items.list(conversation.id, { order: "asc", limit: 2 }));
  expect(items.map(({ type }) => type)).toEqual(["message", "function_call", "function_call_output", "message"]);
  const [first] = items;
  expect(await client.conversations.items.retrieve(first?.id ?? "", { conversation_id: conversation.id })).toEqual(
    first,
  );
});

test("items are added, 20 at a time, and taken out again", async () => {
  const { client } = await startServer();
  const user = (text: string) => ({ role: "user" as const, content: text });
  const made = await client.conversations.create({ items: [user("one")] });
  const added = await client.conversations.items.create(made.id, {
    items: [user("two"), { type: "function_call", call_id: "call_1", name: "f", arguments: "{}" }],
  });
  expect(added.data.map(({ type }) => type)).toEqual(["message", "function_call"]);
  const many = Array.from({ length: 21 }, (_, index) => user(String(index)));
  await expect(client.conversations.items.create(made.id, { items: many })).rejects.toMatchObject({ status: 400 });
  const id = added.data[0]?.id ?? "";
  expect(await client.conversations.items.delete(id, { conversation_id: made.id })).toEqual(made);
  const left = await Array.fromAsync(client.conversations.items.list(made.id, { order: "asc" }));
  expect(left.map(({ type }) => type)).toEqual(["message", "function_call"]);
  const again = { ...(added.data[1] as { id: string }), type: "function_call" as const, call_id: "call_2" };
  await expect(
    client.conversations.items.create(made.id, { items: [{ ...again, name: "f", arguments: "{}" }] }),
  ).rejects.toMatchObject({ status: 400, message: expect.stringContaining("Duplicate item found") });
});

test("a conversation is changed and deleted with its items", async () => {
  const { client } = await startServer();
  const { id } = await client.conversations.create({});
  expect(await client.conversations.update(id, { metadata: { a: "b" } })).toMatchObject({ id, metadata: { a: "b" } });
  expect(await client.conversations.retrieve(id)).toMatchObject({ id, metadata: { a: "b" } });
  expect(await client.conversations.delete(id)).toEqual({ id, object: "conversation.deleted", deleted: true });
  await expect(client.conversations.retrieve(id)).rejects.toMatchObject({ status: 404 });
});

test("two responses at once in a conversation, and two states for one, are refused", async () => {
  const { client } = await startServer({ lines: { slow: [{ delay: "1h" }, { say: "Late." }] } });
  const { id } = await client.conversations.create({});
  await client.responses.create({ model: "m", conversation: id, input: "slow", background: true });
  await expect(client.responses.create({ model: "m", conversation: id, input: "slow" })).rejects.toMatchObject({
    status: 409,
    code: "conversation_locked",
  });
  await expect(
    client.responses.create({ model: "m", conversation: id, previous_response_id: "resp_x", input: "slow" }),
  ).rejects.toMatchObject({ status: 400, code: "mutually_exclusive_parameters" });
});
