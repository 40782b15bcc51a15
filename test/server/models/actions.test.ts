import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateTokens } from "../../../src/server/models/tokens.ts";
import { noDelay, request } from "./request.ts";
import {
  fragments,
  streamActions,
  limitActions,
  producedTexts,
  type Action,
} from "../../../src/server/models/actions.ts";

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constantFrom("say" as const, "refuse" as const), text: fc.string({ unit: "grapheme" }) }),
  fc.record({
    kind: fc.constant("call" as const),
    tool: fc.constant("function" as const),
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    arguments: fc.json(),
  }),
);

test("the pieces of a text are the text, none is empty, and no character is cut", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[\s\S]{0,80}$/)), (text) => {
      const pieces = fragments(text);
      expect(pieces.join("")).toBe(text);
      expect(pieces.every((piece) => piece !== "" && (piece.isWellFormed() || !text.isWellFormed()))).toBe(true);
    }),
  );
});

test("a text comes word by word", () => {
  expect(fragments("It is  sunny.\n")).toEqual(["It", " is", "  sunny.", "\n"]);
});

test("a limited round never costs more than its limit, and is whole or the beginning of the whole", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 6 }), fc.nat(30), (actions, limit) => {
      const limited = limitActions(actions, limit);
      expect(estimateTokens(producedTexts(limited.actions))).toBeLessThanOrEqual(limit);
      expect(producedTexts(actions).join("").startsWith(producedTexts(limited.actions).join(""))).toBe(true);
      expect(limited.cut).toBe(estimateTokens(producedTexts(actions)) > limit);
    }),
  );
});

test("the events of a round say exactly what its actions say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 6 }), async (actions) => {
      const events = await Array.fromAsync(
        streamActions(request(), { delay: noDelay, signal: new AbortController().signal }, async () => ({ actions })),
      );
      const said = (kind: string) =>
        events.map((event) => (event.kind === kind && "delta" in event ? event.delta : "")).join("");
      const wanted = (kind: string) =>
        actions.map((each) => (each.kind === kind && "text" in each ? each.text : "")).join("");
      expect(said("text")).toBe(wanted("say"));
      expect(said("refusal")).toBe(wanted("refuse"));
      expect(said("arguments")).toBe(actions.map((each) => (each.kind === "call" ? each.arguments : "")).join(""));
      const ids = events.flatMap((event) => (event.kind === "call" ? [event.callId] : []));
      expect(new Set(ids).size).toBe(actions.filter(({ kind }) => kind === "call").length);
      expect(events.at(-1)).toEqual({ kind: "finish", reason: ids.length > 0 ? "tool_calls" : "stop" });
      expect(events.at(-2)).toMatchObject({ kind: "usage", completionTokens: estimateTokens(producedTexts(actions)) });
    }),
    { numRuns: 50 },
  );
});

test("a wait is as long as it says and ends when the run is cancelled", async () => {
  const waits: number[] = [];
  const stop = new AbortController();
  const delay = async (milliseconds: number, signal: AbortSignal) => {
    waits.push(milliseconds);
    if (waits.length === 2) stop.abort(new Error("cancelled"));
    signal.throwIfAborted();
  };
  const actions: Action[] = [
    { kind: "wait", milliseconds: 200 },
    { kind: "say", text: "Hi" },
    { kind: "wait", milliseconds: 300 },
    { kind: "say", text: "never" },
  ];
  const heard: unknown[] = [];
  const listening = (async () => {
    const events = streamActions(request(), { delay, signal: stop.signal }, async () => ({ actions }));
    for await (const event of events) heard.push(event);
  })();
  await expect(listening).rejects.toThrow("cancelled");
  expect(waits).toEqual([200, 300]);
  expect(heard).toEqual([{ kind: "text", delta: "Hi", phase: "final_answer" }]);
});
