import fc from "fast-check";
import { expect, test } from "vitest";
import { limitActs, producedTexts, type Act } from "../../../src/server/models/acts.ts";
import { fragments, performRound } from "../../../src/server/models/perform.ts";
import { estimateTokens } from "../../../src/server/models/tokens.ts";
import { noDelay, request } from "./request.ts";

const act: fc.Arbitrary<Act> = fc.oneof(
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
    fc.property(fc.array(act, { maxLength: 6 }), fc.nat(30), (acts, limit) => {
      const limited = limitActs(acts, limit);
      expect(estimateTokens(producedTexts(limited.acts))).toBeLessThanOrEqual(limit);
      expect(producedTexts(acts).join("").startsWith(producedTexts(limited.acts).join(""))).toBe(true);
      expect(limited.cut).toBe(estimateTokens(producedTexts(acts)) > limit);
    }),
  );
});

test("the events of a round say exactly what its acts say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 6 }), async (acts) => {
      const events = await Array.fromAsync(
        performRound(acts, request(), { delay: noDelay, signal: new AbortController().signal }),
      );
      const said = (kind: string) =>
        events.map((event) => (event.kind === kind && "delta" in event ? event.delta : "")).join("");
      const wanted = (kind: string) =>
        acts.map((each) => (each.kind === kind && "text" in each ? each.text : "")).join("");
      expect(said("text")).toBe(wanted("say"));
      expect(said("refusal")).toBe(wanted("refuse"));
      expect(said("arguments")).toBe(acts.map((each) => (each.kind === "call" ? each.arguments : "")).join(""));
      const ids = events.flatMap((event) => (event.kind === "call" ? [event.callId] : []));
      expect(new Set(ids).size).toBe(acts.filter(({ kind }) => kind === "call").length);
      expect(events.at(-1)).toEqual({ kind: "finish", reason: ids.length > 0 ? "tool_calls" : "stop" });
      expect(events.at(-2)).toMatchObject({ kind: "usage", completionTokens: estimateTokens(producedTexts(acts)) });
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
  const acts: Act[] = [
    { kind: "wait", milliseconds: 200 },
    { kind: "say", text: "Hi" },
    { kind: "wait", milliseconds: 300 },
    { kind: "say", text: "never" },
  ];
  const heard: unknown[] = [];
  const listening = (async () => {
    for await (const event of performRound(acts, request(), { delay, signal: stop.signal })) heard.push(event);
  })();
  await expect(listening).rejects.toThrow("cancelled");
  expect(waits).toEqual([200, 300]);
  expect(heard).toEqual([{ kind: "text", delta: "Hi" }]);
});
