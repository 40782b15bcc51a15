import { describe, expect, test } from "vitest";
import { judge } from "../../src/scenarios/judge.ts";
import type { TurnRecord } from "../../src/scenarios/record/record.ts";
import { call, expecting, recordOf, scenario, turn } from "./scenario.ts";

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const ran = {
  code: [
    { input: "import pandas", logs: "41\n", images: [] },
    { input: "print(42)", logs: "42\n", images: [] },
  ],
};
const answered = turn({
  reply: "Order A-1001 is late. I am sorry.",
  usage,
  calls: [call("lookup", { id: "A-1001" })],
  ...ran,
});

describe("expectations of a turn", () => {
  const rows: [expected: string, pass: boolean, played?: Partial<TurnRecord> & { reply?: string }][] = [
    ["{ reply: { contains: A-1001 } }", true],
    ["{ reply: { contains: [A-1001, early] } }", false],
    ["{ reply: { any_of: [early, late] } }", true],
    ["{ reply: { any_of: [early, soon] } }", false],
    ["{ reply: { not_contains: as an AI } }", true],
    ["{ reply: { not_contains: [as an AI, sorry] } }", false],
    ['{ reply: { matches: "(?i)LATE" } }', true],
    ["{ reply: { matches: LATE } }", false],
    ['{ reply: { equals: "Order A-1001 is late. I am sorry." } }', true],
    ["{ reply: { equals: Order A-1001 } }", false],
    ["{ reply: { words: 7 } }", true],
    ["{ reply: { words: { $lte: 6 } } }", false],
    ["{ reply: { json: { match: { ok: true } } } }", false],
    ["{ reply: { json: { match: { ok: true } } } }", true, { reply: '{"ok": true, "n": 1}' }],
    ["{ reply: { json: { match: { ok: true } } } }", true, { reply: 'Here:\n```json\n{"ok": true}\n```\nDone.' }],
    ["{ reply: { json: { schema: { type: object, required: [id] } } } }", false, { reply: '{"ok": true}' }],
    ["{ reply: { json: { schema: { type: object, required: [ok] } } } }", true, { reply: '{"ok": true}' }],
    ["{ code: { contains: pandas } }", true],
    ["{ code: { contains: [pandas, numpy] } }", false],
    ['{ code: { logs: { $regex: "^42$" } } }', false],
    ['{ code: { logs: { $regex: "(?m)^42$" } } }', true],
    ['{ code: { logs: "41\\n42\\n" } }', true],
    ["{ code: { logs: { $any: true } } }", false, { code: [] }],
    ["{ time: { total: 100ms, first_token: 50ms } }", true],
    ["{ time: { total: 0.09 } }", false],
    ["{ time: { first_token: 10ms } }", false],
    ["{ time: { first_token: 10s } }", false, { time: { total: 10, first_token: null, waited: 0 } }],
    ["{ usage: { total_tokens: { $lte: 15 }, prompt_tokens: 10 } }", true],
    ["{ usage: { completion_tokens: { $lt: 5 } } }", false],
    ["{ usage: { total_tokens: { $gte: 0 } } }", false, { usage: null }],
    [
      "{ usage: { cached_tokens: 4, reasoning_tokens: 2 } }",
      true,
      { usage: { ...usage, cached_tokens: 4, reasoning_tokens: 2 } },
    ],
    ["{ usage: { cached_tokens: { $gte: 0 } } }", false],
    ["{ cost: { $lte: 0.01 } }", true, { cost: 0.01 }],
    ["{ cost: { $lte: 0.01 } }", false, { cost: 0.02 }],
    ["{ cost: { $lte: 0.01, severity: gate } }", true, { cost: 0 }],
    ["{ cost: { $lte: 0.01 } }", false, { cost: null }],
    ["{ check: 'reply.text.size() < 400' }", true],
    ["{ check: ['calls.all(c, !has(c.error))', 'tools.lookup.args.id == \"A-1001\"'] }", true],
    ["{ check: 'size(calls) > 1' }", false],
    ["{ check: 'tools.refund.args.id == 1' }", false],
    ["{ check: 'reply.text' }", false],
    ["{ status: completed }", true],
    ["{ status: incomplete }", false],
    ["{ status: { is: incomplete } }", true, { status: "incomplete", reason: "max_prompt_tokens" }],
    ["{ status: failed, reply: { equals: '' } }", true, { status: "failed", messages: [] }],
    ["{}", false, { status: "incomplete" }],
    ['{ reply: { contains: "${{ tools.lookup.args.id }}" } }', true],
    ['{ reply: { contains: "${{ tools.refund.args.id }}" } }', false],
  ];
  test.each(rows)("%s gives %s", (expected, pass, { reply, ...fields } = {}) => {
    const played = { ...answered, ...fields, ...(reply === undefined ? {} : { messages: turn({ reply }).messages }) };
    expect(judge(recordOf(played), expecting(expected)).every((verdict) => verdict.pass)).toBe(pass);
  });

  test("a warning has its own severity, also for one check of several", () => {
    const severities = (expected: string) =>
      judge(recordOf(answered), expecting(expected))
        .filter(({ pass }) => !pass)
        .map(({ severity }) => severity);
    expect(severities("{ reply: { contains: x, severity: warn } }")).toEqual(["warn"]);
    expect(severities('{ check: ["1 > 2", { that: "2 > 3", severity: warn }] }')).toEqual(["gate", "warn"]);
  });

  test("a turn that did not end as it had to is judged by that alone", () => {
    const failed = turn({ status: "failed", error: { code: "invalid_prompt", message: "no script" } });
    const verdicts = judge(recordOf(failed), expecting("{ reply: { contains: x }, tools: [lookup] }"));
    expect(verdicts).toMatchObject([
      {
        subject: "status",
        path: ["turns", 0, "user"],
        sentence: "the turn ended with status failed (invalid_prompt: no script); expected completed",
      },
    ]);
  });

  test("a turn that could not run has no verdicts", () => {
    expect(judge(recordOf(turn({ valid: false, status: "stopped" })), expecting("{ reply: { contains: x } }"))).toEqual(
      [],
    );
  });

  test("a schema is read from the file that it names, beside the scenario's", () => {
    const texts = new Map([["scenarios/schemas/reply.json", '{ "type": "object", "required": ["id"] }']]);
    const yaml = "assistant: a\nturns: [{ user: hi, expect: { reply: { json: { schema: ./schemas/reply.json } } } }]";
    const passes = (reply: string) =>
      judge(recordOf(turn({ reply })), scenario(yaml, { texts })).every(({ pass }) => pass);
    expect(passes('{ "id": 1 }')).toBe(true);
    expect(passes("{}")).toBe(false);
  });
});

describe("saved values", () => {
  const rows: [save: string, value: unknown][] = [
    ["{ from: reply }", "You get 1.234,50 EUR back, A-7"],
    ["{ from: reply.text, regex: 'A-\\d' }", "A-7"],
    ["{ from: reply, regex: 'get ([\\d.,]+)', type: number }", 1234.5],
    ["{ from: tools.lookup.args.id }", "A-1001"],
    ["{ from: tools.lookup.result.total, type: string }", "42.5"],
    ["{ from: tools.lookup.result.paid, type: boolean }", true],
    ["{ from: tools.lookup.result.none }", undefined],
    ["{ from: reply, regex: 'B-\\d' }", undefined],
    ["{ from: reply, type: number }", undefined],
  ];
  const outcome = { kind: "result" as const, value: { total: 42.5, paid: "True" } };
  const played = turn({
    reply: "You get 1.234,50 EUR back, A-7",
    calls: [call("lookup", { id: "A-1001" }, 1, { outcome })],
  });

  test.each(rows)("%s", (save, value) => {
    const saving = scenario(`assistant: a\nturns: [{ user: hi, save: { it: ${save} } }]`);
    const verdict = judge(recordOf(played), saving).find(({ subject }) => subject === "save");
    expect(verdict).toMatchObject({
      pass: value !== undefined,
      actual: value ?? null,
      path: ["turns", 0, "save", "it"],
    });
  });
});

describe("the whole conversation", () => {
  const two = (expectations: string) =>
    scenario(`assistant: a\nturns: [{ user: a }, { user: b }]\nexpect: ${expectations}`);
  const first = turn({ calls: [call("lookup")], usage });
  const second = turn({ calls: [call("refund"), call("lookup")], usage });

  test.each([
    ["{ tools: { max_calls: 3, forbid: ['delete_*'] } }", true],
    ["{ tools: { max_calls: 2 } }", false],
    ["{ tools: { order: in_order, calls: [lookup, refund, lookup] } }", true],
    ["{ tools: { order: in_order, calls: [refund, lookup, lookup] } }", false],
    ["{ usage: { total_tokens: 30 } }", true],
    ["{ time: { total: 150ms } }", false],
    ["{ check: size(calls) == 3 }", true],
  ])("%s gives %s", (expectations, pass) => {
    expect(judge(recordOf(first, second), two(expectations)).every((verdict) => verdict.pass)).toBe(pass);
  });

  test("it is judged only when every turn was played", () => {
    const verdicts = judge(recordOf(first), two("{ tools: { max_calls: 0 } }"));
    expect(verdicts.filter(({ turn }) => turn === null)).toEqual([]);
  });
});
