import { expect, test } from "vitest";
import type { Delay } from "../../../src/server/models/actions.ts";
import { conversationItems } from "../../../src/server/responses/kinds.ts";
import { startServer } from "../harness.ts";

/** A script that waits until it is told to go on. */
function paused(): { delay: Delay; goOn: () => void } {
  let goOn = (): void => {};
  const going = new Promise<void>((resolve) => (goOn = resolve));
  const delay: Delay = (_, signal) =>
    Promise.race([
      going,
      new Promise<void>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    ]);
  return { delay, goOn: () => goOn() };
}
const lines = {
  slow: [{ say: "First" }, { delay: "1s" }, { say: "then." }],
  fail: [{ fail: { code: "server_error" as const, message: "It broke." } }],
};

test("a background response is answered at once, and found when it is over", async () => {
  const { delay, goOn } = paused();
  const { client } = await startServer({ lines, delay });
  const queued = await client.responses.create({ model: "m", input: "slow", background: true });
  expect(queued).toMatchObject({ status: "queued", background: true, output: [] });
  expect(await client.responses.retrieve(queued.id)).toMatchObject({ status: "in_progress" });
  goOn();
  await expect.poll(async () => (await client.responses.retrieve(queued.id)).status).toBe("completed");
});

test("a stream continues after any number, while the response is in progress and after it has ended", async () => {
  const { delay, goOn } = paused();
  const { client } = await startServer({ lines, delay });
  const stream = await client.responses.create({ model: "m", input: "slow", background: true, stream: true });
  const seen: { type: string; sequence_number: number }[] = [];
  let id = "";
  const resumed: Promise<{ type: string; sequence_number: number }[]>[] = [];
  for await (const event of stream) {
    seen.push(event);
    if (event.type === "response.created") id = event.response.id;
    if (event.type !== "response.output_text.delta" || resumed.length > 0) continue;
    const again = await client.responses.retrieve(id, { stream: true, starting_after: 2 });
    resumed.push(Array.fromAsync(again));
    goOn();
  }
  const numbers = seen.map(({ sequence_number: number }) => number);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(seen.slice(0, 3).map(({ type }) => type)).toEqual([
    "response.created",
    "response.queued",
    "response.in_progress",
  ]);
  expect(await resumed[0]).toEqual(seen.slice(3));
  for (const after of [-1, 0, 3, seen.length - 2]) {
    const query = { stream: true as const, ...(after >= 0 && { starting_after: after }) };
    expect(await Array.fromAsync(await client.responses.retrieve(id, query))).toEqual(seen.slice(after + 1));
  }
});

test("only a background response is cancelled; its stream ends", async () => {
  const { client } = await startServer({ lines });
  const stream = await client.responses.create({ model: "m", input: "slow", background: true, stream: true });
  const types: string[] = [];
  let id = "";
  for await (const event of stream) {
    types.push(event.type);
    if (event.type === "response.created") id = event.response.id;
    if (event.type === "response.output_text.delta")
      expect(await client.responses.cancel(id)).toMatchObject({ status: "cancelled" });
  }
  expect(types.at(-1)).toBe("response.output_text.delta");
  expect(await client.responses.cancel(id)).toMatchObject({ id, status: "cancelled" });
  const over = await client.responses.create({ model: "m", input: "fail", background: true });
  await expect.poll(async () => (await client.responses.retrieve(over.id)).status).toBe("failed");
  await expect(client.responses.cancel(over.id)).rejects.toMatchObject({ status: 400 });
  const made = await client.responses.create({ model: "m", input: "fail" });
  await expect(client.responses.cancel(made.id)).rejects.toMatchObject({ status: 400 });
});

test("a failure is an error event and a failed response; without a stream only that", async () => {
  const { send, client } = await startServer({ lines });
  const failed = await client.responses.create({ model: "m", input: "fail" });
  expect(failed).toMatchObject({ status: "failed", error: { code: "server_error", message: "It broke." }, output: [] });
  const text = await (await send("POST", "/v1/responses", { model: "m", input: "fail", stream: true })).text();
  const events = text.split("\n\n").flatMap((block) => /^event: (.*)$/m.exec(block)?.[1] ?? []);
  expect(events).toEqual(["response.created", "response.in_progress", "error", "response.failed"]);
  expect(text).toContain('"error":{"type":"server_error","code":"server_error","message":"It broke.","param":null}');
});

test("a response whose conversation is deleted in the meantime ends, and leaves no items behind", async () => {
  const { delay, goOn } = paused();
  const { client, services } = await startServer({ lines, delay });
  const { id: conversation } = await client.conversations.create({});
  const { id } = await client.responses.create({ model: "m", conversation, input: "slow", background: true });
  await client.conversations.delete(conversation);
  goOn();
  await expect.poll(async () => (await client.responses.retrieve(id)).status).toBe("completed");
  expect(await services.store.all(conversationItems, { parent: conversation })).toEqual([]);
});

test("a live stream can be resumed late, after its first events were dropped", async () => {
  const { client } = await startServer({
    lines: { long: [{ say: "a ".repeat(20_100) }, { delay: "1h" }] },
  });
  const stream = await client.responses.create({ model: "m", input: "long", background: true, stream: true });
  let id = "";
  for await (const event of stream) {
    if (event.type === "response.created") id = event.response.id;
    if (event.sequence_number > 20_050) break;
  }
  const numbers: number[] = [];
  for await (const event of await client.responses.retrieve(id, { stream: true, starting_after: 20_045 })) {
    numbers.push(event.sequence_number);
    if (event.sequence_number === 20_050) await client.responses.cancel(id);
  }
  expect(numbers.slice(0, 5)).toEqual([20_046, 20_047, 20_048, 20_049, 20_050]);
});
