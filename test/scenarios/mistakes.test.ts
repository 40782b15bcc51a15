import { describe, expect, test } from "vitest";
import { judge, judgeTurn } from "../../src/scenarios/judge.ts";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { expecting, recordOf, scenario, turn } from "./scenario.ts";
import { createToolStubs } from "../../src/scenarios/stubs/rules.ts";
import { parseArguments, type CallRecord } from "../../src/scenarios/record/record.ts";
import { play } from "./embedded.ts";
import type { Handlers } from "../../src/scenarios/stubs/handlers.ts";

const misses = (verdicts: ScenarioResult["verdicts"] | ReturnType<typeof judge>) =>
  verdicts.filter(({ pass, severity }) => !pass && severity === "gate").map(({ sentence }) => sentence);

describe("an assistant that neither says nor calls anything", () => {
  test.each([
    ["{ reply: { not_contains: sorry } }", false],
    ["{ status: completed }", false],
    ["{ reply: { empty: true } }", true],
    ["{ reply: { equals: '' } }", true],
  ])("%s gives %s", (expected, pass) => {
    for (const reply of [undefined, "", " \n"]) {
      const silent = turn(reply === undefined ? {} : { reply });
      if (reply === " \n" && pass) continue;
      expect(misses(judge(recordOf(silent), expecting(expected)))).toEqual(
        pass ? [] : ["the assistant said nothing and called nothing"],
      );
    }
  });

  test("is distinguished from one that only calls, runs code, searches or sends a file", () => {
    const spoken = turn({ messages: [{ text: "", citations: [], files: ["file-1"] }] });
    const searched = turn({ events: [{ at: 0, event: { kind: "search", callId: "c", results: [] } }] });
    const ran = turn({ code: [{ input: "1", logs: "", images: [] }] });
    for (const each of [spoken, searched, ran]) {
      expect(misses(judge(recordOf(each), expecting("{ reply: { not_contains: x } }")))).toEqual([]);
    }
  });

  test("fails a scenario as it is run", async () => {
    const result = await play(
      "assistant: a\nturns: [{ user: one, script: [{ say: ' ' }], expect: { reply: { not_contains: sorry } } }]",
    );
    expect(result.status).toBe("failed");
  });
});

const noHandlers: Handlers = {
  runModule: async () => ({ value: null, world: null }),
  runHandler: async () => null,
  runProgram: async () => null,
  close: async () => [],
};

/** What the stubs of a scenario make of a call. */
async function called(yaml: string, name: string, written: string): Promise<CallRecord> {
  const stubs = createToolStubs(scenario(yaml), new Map(), noHandlers, ["lookup"]);
  const { outcome, findings } = await stubs.answer(
    { name, callId: "call_1", arguments: written },
    { signal: new AbortController().signal, scope: { saved: {}, turn: {} }, delay: async () => {} },
  );
  return {
    callId: "call_1",
    name,
    arguments: written,
    args: parseArguments(written) ?? null,
    round: 1,
    outcome,
    findings,
    at: 0,
    took: 0,
  };
}

describe("a mistake in a call", () => {
  const yaml = (expected: string) => `assistant: a
tools: { "*": [{ return: 1 }] }
turns: [{ user: hi, expect: ${expected} }]
`;

  test.each([
    ["a function that nobody declared", "ghost", "{}", "there is no function ghost; the functions are lookup"],
    ["arguments that are not JSON", "lookup", '{"id":', "the arguments are not a JSON object"],
    ["arguments that are a list", "lookup", "[1]", "the arguments are not a JSON object"],
  ])("%s: answered by an error, and the turn fails", async (_, name, written, words) => {
    const call = await called(yaml("{ reply: { contains: ok } }"), name, written);
    expect(call.outcome).toMatchObject({ kind: "error", message: expect.stringContaining(words) as string });
    const judged = judgeTurn([turn({ reply: "ok", calls: [call] })], scenario(yaml("{ reply: { contains: ok } }")));
    expect(misses(judged)).toHaveLength(1);
    const expected = yaml(`{ tools: [${name}: { result: { error: { $contains: "${words}" } } }] }`);
    expect(misses(judgeTurn([turn({ reply: "ok", calls: [call] })], scenario(expected)))).toEqual([]);
  });
});

test("a malformed call that is repeated until there are too many rounds is the first thing to be said", async () => {
  const call = await called("assistant: a\nturns: [{ user: one }]", "ghost", "{}");
  const error = { code: "too_many_tool_rounds", message: "the assistant requested tool outputs more than 2 times" };
  const stopped = turn({ status: "stopped", error, calls: [call, { ...call, round: 2 }] });
  expect(misses(judge(recordOf(stopped), expecting("{ reply: { contains: x } }")))).toEqual([
    expect.stringContaining("(unknown_function)"),
    expect.stringContaining("too_many_tool_rounds"),
  ]);
});
