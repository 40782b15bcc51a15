import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelEvent } from "../../../src/server/models/model.ts";
import { startServer } from "../harness.ts";
import { times } from "../../times.ts";
import { faultInOrder, type Streamed } from "./order.ts";

const tools = [{ type: "function", name: "get", parameters: {}, strict: false }];
const text = fc.stringMatching(/^[a-z【】:0-9† ]{0,12}$/);

/** Anything that a model may do in one answer, its calls' pieces in any order. */
const answer: fc.Arbitrary<ModelEvent[]> = fc
  .array(
    fc.oneof(
      fc.record({ kind: fc.constant("text" as const), delta: text }),
      fc.record({ kind: fc.constant("refusal" as const), delta: text }),
      fc.record({ kind: fc.constant("reasoning" as const), delta: text }),
      fc.nat(2).map((index) => ({ kind: "call" as const, index, callId: "", tool: "function" as const, name: "get" })),
      fc.record({ kind: fc.constant("arguments" as const), index: fc.nat(2), delta: text }),
    ),
    { maxLength: 12 },
  )
  .chain((events) =>
    fc
      .constantFrom("stop" as const, "length" as const, "content_filter" as const)
      .map((reason) => ended(events, reason)),
  );

function ended(events: readonly ModelEvent[], reason: "stop" | "length" | "content_filter"): ModelEvent[] {
  const usage = { kind: "usage" as const, promptTokens: 1, completionTokens: 2, cachedTokens: 1, reasoningTokens: 1 };
  return [...events.map(placed), usage, { kind: "finish", reason }];
}

function placed(event: ModelEvent, at: number): ModelEvent {
  return event.kind === "call" ? { ...event, index: at, callId: `call_${at}` } : event;
}

/** What no run may leave to chance, as the coverage of the API asks for it. */
const everyKind: ModelEvent[] = [
  { kind: "reasoning", delta: "first" },
  { kind: "text", delta: "hello" },
  { kind: "refusal", delta: "no" },
  { kind: "call", index: 0, callId: "", tool: "function", name: "get" },
  { kind: "arguments", index: 3, delta: "{}" },
];

test("whatever a model does, the stream has the order of the original, and tells what the response holds", async () => {
  let events: ModelEvent[] = [];
  const model = {
    async *respond() {
      yield* events;
    },
    list: async () => [],
  };
  const { send, client } = await startServer({ services: { model } });
  await fc.assert(
    fc.asyncProperty(answer, fc.boolean(), async (given, isSummarised) => {
      events = given;
      const body = {
        model: "m",
        input: "hi",
        tools,
        stream: true,
        ...(isSummarised && { reasoning: { summary: "auto" } }),
      };
      const streamed = eventsOf(await (await send("POST", "/v1/responses", body)).text());
      expect(faultInOrder(streamed)).toBe(null);
      const last = streamed.at(-1) as Streamed & { response: { id: string; output: unknown[]; usage: object } };
      const done = streamed.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
      expect(last.response.output).toEqual(done);
      expect(last.response.usage).toMatchObject({
        input_tokens_details: { cached_tokens: 1 },
        output_tokens_details: { reasoning_tokens: 1 },
      });
      expect((await client.responses.retrieve(last.response.id)).output).toEqual(done);
    }),
    { numRuns: times(25), examples: (["stop", "length"] as const).map((reason) => [ended(everyKind, reason), true]) },
  );
});

function eventsOf(body: string): Streamed[] {
  return body.split("\n\n").flatMap((block) => {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    return data === undefined ? [] : [JSON.parse(data) as Streamed];
  });
}
