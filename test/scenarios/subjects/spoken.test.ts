import { describe, expect, test } from "vitest";
import { judge } from "../../../src/scenarios/judge.ts";
import { commentaryOf, type TurnRecord } from "../../../src/scenarios/record/record.ts";
import type { Verdict } from "../../../src/scenarios/verdict.ts";
import type { TurnEvent } from "../../../src/targets/target.ts";
import { expecting, recordOf, turn } from "../scenario.ts";

const say = (text: string): TurnEvent => ({ kind: "message", text, citations: [], files: [] });
const used: Record<string, TurnEvent> = {
  call: { kind: "requires_action", calls: [] },
  code: { kind: "code", callId: "c", input: "1", logs: "1", images: [] },
  search: { kind: "search", callId: "s", results: [] },
};

/** A turn in which this happened. */
function turnOf(...events: TurnEvent[]): TurnRecord {
  const messages = events.flatMap((event) =>
    event.kind === "message" ? [{ text: event.text, citations: [], files: [] }] : [],
  );
  return turn({ messages, events: events.map((event) => ({ at: 0, event })) });
}

/** What does not hold of an expectation of a subject, and what came closest. */
function missesOf(expectation: string, ...turns: TurnRecord[]): Pick<Verdict, "sentence" | "nearest" | "path">[] {
  return judge(recordOf(...turns), expecting(expectation)).filter(({ pass }) => !pass);
}
const sentences = (...args: Parameters<typeof missesOf>) => missesOf(...args).map(({ sentence }) => sentence);

describe("a text that ignores case", () => {
  test.each([
    ["{ reply: { contains: { text: LATE, ignore_case: true } } }", []],
    ["{ reply: { contains: [It, { text: LATE, ignore_case: true }] } }", []],
    ["{ reply: { contains: LATE } }", ['expected a reply that contains "LATE"']],
    ["{ reply: { any_of: [x, { text: LATE, ignore_case: true }] } }", []],
    [
      "{ reply: { any_of: [x, { text: y, ignore_case: true }] } }",
      ['expected a reply that contains one of "x", "y" in any case'],
    ],
    [
      "{ reply: { not_contains: { text: iT Is, ignore_case: true } } }",
      ['expected a reply that does not contain "iT Is" in any case'],
    ],
    ["{ reply: { not_contains: iT Is } }", []],
  ])("%s", (expectation, expected) => {
    expect(sentences(expectation, turnOf(say("It is late.")))).toEqual(expected);
  });

  test("shows the text exactly as it is", () => {
    const miss = judge(
      recordOf(turnOf(say("Ich GRÜẞE dich."))),
      expecting("{ reply: { not_contains: { text: grüße, ignore_case: true } } }"),
    ).find(({ pass }) => !pass);
    expect(miss).toMatchObject({ expected: "GRÜẞE", shows: "unwanted_part" });
  });
});

describe("commentary", () => {
  test.each(Object.entries(used))("is what is said before a use of %s", (_, event) => {
    expect(commentaryOf(turnOf(say("one"), event, say("two"), event, say("three")))).toBe("one\n\ntwo");
    expect(commentaryOf(turnOf(say("one"), say("two")))).toBe("");
    expect(commentaryOf(turnOf(event, say("three")))).toBe("");
  });

  const spoken = turnOf(say("Let me look."), used["call"]!, say("It is late."));
  test.each([
    ["{ commentary: { contains: Let me } }", []],
    ["{ commentary: { contains: late } }", ["It is in the answer, after the last use of a tool."]],
    ["{ commentary: { matches: ^Let, words: { $lt: 4 } } }", []],
    ["{ commentary: { not_contains: late } }", []],
    ["{ commentary: { equals: Let me look. } }", []],
    ["{ commentary: { contains: nobody } }", [null]],
    ["{ commentary: { empty: true } }", [null]],
  ])("is judged without the answer: %s", (expectation, nearest) => {
    expect(missesOf(expectation, spoken).map((miss) => miss.nearest)).toEqual(nearest);
  });

  test("that is missing is reported as missing", () => {
    expect(missesOf("{ commentary: { contains: x } }", turnOf(used["call"]!, say("It is late.")))).toMatchObject([
      { nearest: "Nothing was said before a tool was used." },
    ]);
  });
});

describe("messages", () => {
  const three = turnOf(say("first look"), say("second look"), say("third"));
  test.each([
    ["{ messages: { count: 3 } }", []],
    ["{ messages: { count: { $lt: 3 } } }", ["number of messages: expected less than 3, got 3"]],
    ["{ messages: { order: [first, third] } }", []],
    ["{ messages: { order: [look, look, { $regex: ^th }] } }", []],
    ["{ messages: { order: [{ text: SECOND, ignore_case: true }] } }", []],
    ["{ messages: { order: [third, first] } }", ['no message with "first" after the one with "third"']],
    ["{ messages: { order: [first, first] } }", ['no message with "first" after the one with "first"']],
    ["{ messages: { order: [nothing] } }", ['no message with "nothing"']],
  ])("%s", (expectation, expected) => {
    expect(sentences(expectation, three)).toEqual(expected);
  });

  test("of a whole conversation are those of all its turns", () => {
    const both = expecting("{}", "expect: { messages: { count: 3, order: [second, first] } }").turns[0]!;
    const scenario = { ...expecting("{}", "expect: { messages: { count: 2, order: [a, b] } }") };
    const conversation = { ...scenario, turns: [both, { ...both, number: 2 }] };
    const verdicts = judge(recordOf(turnOf(say("a")), turnOf(say("b"))), conversation);
    expect(verdicts.filter(({ subject }) => subject === "messages").map(({ pass }) => pass)).toEqual([true, true]);
  });

  test("say where an earlier one stands", () => {
    expect(missesOf("{ messages: { order: [third, first] } }", three)).toMatchObject([
      { nearest: "Message 1 of 3 has it, but comes earlier.", path: ["turns", 0, "expect", "messages", "order", 1] },
    ]);
  });
});

describe("error", () => {
  const failed = turn({ status: "failed", error: { code: "server_error", message: "the model is gone" } });
  test.each([
    ["{ status: failed, error: { code: server_error } }", []],
    ["{ status: failed, error: { code: { $oneOf: [x, server_error] }, message: { $contains: gone } } }", []],
    [
      "{ status: failed, error: { code: invalid_prompt } }",
      ['the error\'s code: expected "invalid_prompt", got "server_error"'],
    ],
    [
      "{ status: failed, error: { message: gone } }",
      ['the error\'s message: expected "gone", got "the model is gone"'],
    ],
  ])("%s", (expectation, expected) => {
    expect(sentences(expectation, failed)).toEqual(expected);
  });

  test("of a turn that failed without one is missed", () => {
    const expectation = "{ status: failed, error: { code: server_error } }";
    expect(sentences(expectation, turn({ status: "failed" }))).toEqual([
      'the error\'s code: expected "server_error", but it is missing',
    ]);
  });
});
