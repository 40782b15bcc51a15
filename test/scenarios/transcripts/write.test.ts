import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { WrittenScenario } from "../../../src/project/schemas/scenario/file.ts";
import type { SeenConversation } from "../../../src/scenarios/transcripts/conversation.ts";
import { scenarioText } from "../../../src/scenarios/transcripts/write/scenario.ts";
import { play } from "../embedded.ts";
import { anySeen, called, said, seen, turn } from "./seen.ts";

/** Every place in a scenario at which an argument, or what a tool answered, can be another one. */
function placesIn({ turns, tools = {} }: WrittenScenario): { turn: number | null; change: () => void }[] {
  const ofScripts = turns.flatMap((each, index) =>
    ("script" in each ? (each.script ?? []) : []).flatMap((step) => {
      const calls = "calls" in step ? step.calls : "call" in step ? [step] : [];
      return calls.flatMap(({ with: given }) =>
        Object.keys(given ?? {}).map((key) => ({
          turn: index + 1,
          change: () => void Object.assign(given ?? {}, { [key]: "another" }),
        })),
      );
    }),
  );
  const ofStubs = Object.entries(tools).flatMap(([name, rules]) =>
    name === "*"
      ? []
      : rules.map((rule) => ({
          turn: null,
          change: () => void Object.assign(rule, "error" in rule ? { error: "another" } : { return: "another" }),
        })),
  );
  return [...ofScripts, ...ofStubs];
}

const context = { assistant: "tester", functions: ["lookup", "refund"], folder: "scenarios", header: "" };

function written(conversation: SeenConversation): string {
  return scenarioText(conversation, context)?.text ?? "";
}

test("what is written passes as it is, whatever was said, called and answered", async () => {
  await fc.assert(
    fc.asyncProperty(anySeen, async (conversation) => {
      const text = written(conversation);
      const { status, verdicts, problems } = await play(text);
      const wrong = verdicts.filter(({ pass }) => !pass);
      expect({ status, wrong, problems }, text).toEqual({ status: "passed", wrong: [], problems: [] });
    }),
    { numRuns: 12 },
  );
});

test("a changed argument fails at its turn, and so does a changed answer", async () => {
  await fc.assert(
    fc.asyncProperty(anySeen, fc.nat(), async (conversation, choice) => {
      const scenario = parse(written(conversation)) as WrittenScenario;
      const places = placesIn(scenario);
      fc.pre(places.length > 0);
      const place = places[choice % places.length];
      place?.change();
      const text = stringify(scenario);
      const { status, verdicts } = await play(text);
      expect(status, text).toBe("failed");
      const failed = verdicts.find(({ pass }) => !pass);
      if (place?.turn !== null) expect(failed?.turn, text).toBe(place?.turn);
    }),
    { numRuns: 12 },
  );
});

const outcomeOf = (conversation: SeenConversation) => play(written(conversation));

describe("what a reply repeats of what tools answered is expected", () => {
  test.each<[string, unknown, string, string | string[] | undefined]>([
    ["a number", { temperature: 22.79 }, "It is 22.79 °C.", "22.79"],
    ["a number written otherwise", { total: 1234.5 }, "You paid $1,234.50 in all.", "1,234.50"],
    ["a number inside a text", "about 42 days", "In 42 days.", "42"],
    ["an id", { order: { id: "A-1001" } }, "I found **A-1001**.", "A-1001"],
    ["a date", { due: "2026-11-30" }, "Until 2026-11-30.", "2026-11-30"],
    ["a date in words", { due: "2026-11-30T10:00:00Z" }, "Until November 30th at 10:00.", ["November 30", "10:00"]],
    ["the day first", { due: "2026-11-03" }, "Until the 3rd of November.", "3rd of November"],
    ["a time", { at: "07:30:00" }, "At 7:30 then.", "7:30"],
    ["several, each once", [{ id: "x1", n: 12 }], "x1 has 12, and x1 is fine.", ["x1", "12"]],
    ["not what only looks like it", { n: 10 }, "There are 100, or 10.5, or A-10.", undefined],
    ["not the number of an item", { n: 1 }, "1. this\n2) that", undefined],
    ["not a word", { status: "late" }, "It is late.", undefined],
  ])("%s", (_what, value, reply, contains) => {
    const text = written(seen([turn("x", called("lookup", {}, value), said(reply))]));
    const { turns } = parse(text) as { turns: { expect: { reply?: { contains: unknown } } }[] };
    expect(turns[0]?.expect.reply?.contains).toEqual(contains);
  });
});

test("calls that were left unanswered are expected to be", async () => {
  const calls = { kind: "calls", calls: [{ name: "lookup", args: { id: "A-1" }, outcome: null }] } as const;
  const { status } = await outcomeOf(seen([{ user: "x", steps: [calls], end: { kind: "requires_action" } }]));
  expect(status).toBe("passed");
});

test("a turn that failed is expected to fail", async () => {
  const end = { kind: "failed", code: "rate_limit_exceeded", message: "too much" } as const;
  const { status, record } = await outcomeOf(seen([{ user: "x", steps: [], end }]));
  expect(status).toBe("passed");
  expect(record?.turns[0]?.error?.code).toBe("rate_limit_exceeded");
});

test("what was said before the first message is there before it", async () => {
  const opening = [{ role: "assistant", text: "Hello, ${{ you }}!" }] as const;
  const { status, record } = await outcomeOf(seen([turn("hi", said("How can I help?"))], { opening }));
  expect(status).toBe("passed");
  expect(record?.opening).toEqual([{ role: "assistant", text: "Hello, ${{ you }}!" }]);
});

test("a long answer is expected in what the reply repeats of it", () => {
  const rows = Array.from({ length: 40 }, (_, index) => ({ id: `A-${index}`, note: "x".repeat(20) }));
  const text = written(seen([turn("x", called("lookup", {}, { rows }), said("It is A-7."))]));
  const { turns } = parse(text) as { turns: { expect: { tools: unknown } }[] };
  expect(turns[0]?.expect.tools).toEqual([{ lookup: { args: {}, result: { rows: { $contains: { id: "A-7" } } } } }]);
});

test("an assistant without functions, and nothing that could fail: it is observed", () => {
  const none = { ...context, functions: [] };
  const text = scenarioText(seen([turn("hi", said("Hello!"))]), none)?.text;
  expect(text).toBe("assistant: tester\nobserve: true\nturns:\n  - user: hi\n    script:\n      - say: Hello!\n");
});
