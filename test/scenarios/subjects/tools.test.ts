import { describe, expect, test } from "vitest";
import { judge } from "../../../src/scenarios/judge.ts";
import type { Verdict } from "../../../src/scenarios/verdict.ts";
import type { CallRecord } from "../../../src/scenarios/record/record.ts";
import { call, expecting, recordOf, scenario, turn } from "../scenario.ts";

function verdictsOn(expectations: string, calls: CallRecord[]): Verdict[] {
  return judge(recordOf(turn({ calls })), expecting(`{ tools: ${expectations} }`)).filter(
    ({ subject }) => subject === "tools",
  );
}

const paris = call("weather", { city: "Paris", unit: "c" });
const london = call("weather", { city: "London", unit: "c" });
const refund = call("refund", { id: 1 });

describe("which calls an expectation accepts", () => {
  const rows: [expected: string, calls: CallRecord[], pass: boolean][] = [
    ["[weather]", [paris], true],
    ["[weather]", [], false],
    ["[weather, weather]", [paris], false],
    ["[weather]", [paris, london], true],
    ["[weather: { city: Paris }]", [london, paris], true],
    ["[weather: { city: Rome }]", [london, paris], false],
    ["[weather: {}]", [paris], true],
    // The first could take either call, the second only Paris: a greedy matcher fails here.
    ["[weather: { unit: c }, weather: { city: Paris }]", [paris, london], true],
    ["[weather: { args: { city: Paris }, match: exact }]", [paris], false],
    ["[weather: { args: { city: Paris, unit: c }, match: exact }]", [paris], true],
    ["[weather: { args: { city: Paris }, times: 1 }]", [paris, paris], false],
    ["[weather: { times: 1..2 }]", [paris, london], true],
    ["[weather: { times: 1..2 }]", [paris, london, paris], false],
    ["[weather: { times: 2.. }]", [paris], false],
    ["[weather: { times: 2.. }]", [paris, paris, paris], true],
    ["[weather: { times: ..1 }]", [], true],
    ["[weather: { args: { city: Paris }, times: 0 }]", [london], true],
    ["[weather: { args: { city: Paris }, times: 0 }]", [paris], false],
    [
      "[weather: { result: { ok: true } }]",
      [call("weather", {}, 1, { outcome: { kind: "result", value: { ok: true } } })],
      true,
    ],
    [
      "[weather: { result: { error: gone } }]",
      [call("weather", {}, 1, { outcome: { kind: "error", message: "gone" } })],
      true,
    ],
    ["[weather: { result: { ok: true } }]", [paris], false],
    ["{ calls: [weather], extra: forbid }", [paris], true],
    ["{ calls: [weather], extra: forbid }", [paris, refund], false],
    ["{ calls: [], extra: forbid }", [refund], false],
    ["{ calls: [weather: { times: 1..3 }], extra: forbid }", [paris, london, paris], true],
    ["{ order: in_order, calls: [weather, refund] }", [paris, { ...refund, round: 2 }], true],
    ["{ order: in_order, calls: [refund, weather] }", [paris, { ...refund, round: 2 }], false],
    ["{ order: in_order, calls: [refund, weather] }", [paris, refund], true],
    ["{ order: in_order, calls: [weather: { city: Paris }, refund] }", [london, paris, { ...refund, round: 2 }], true],
    ["{ order: exact, calls: [weather, refund] }", [paris, { ...refund, round: 2 }], true],
    ["{ order: exact, calls: [weather] }", [paris, { ...refund, round: 2 }], false],
    ["{ order: exact, calls: [refund, weather] }", [paris, { ...refund, round: 2 }], false],
    ["{ forbid: [refund] }", [paris], true],
    ["{ forbid: ['re*'] }", [paris, refund], false],
    ["{ forbid: ['re'] }", [paris, refund], true],
    ["{ max_calls: 1 }", [paris, refund], false],
    ["{ max_calls: 2 }", [paris, refund], true],
  ];
  test.each(rows)("%s", (expected, calls, pass) => {
    expect(verdictsOn(expected, calls).every((verdict) => verdict.pass)).toBe(pass);
  });
});

describe("what a verdict says", () => {
  const misses = (verdicts: Verdict[]) =>
    verdicts
      .filter(({ pass }) => !pass)
      .map(({ path, sentence, nearest }) => ({ path: path.slice(3), sentence, nearest }));

  test("the nearest call, and how it differs", () => {
    expect(misses(verdictsOn("[weather: { city: Rome, unit: c }]", [london, refund]))).toEqual([
      {
        path: ["tools", 0, "weather"],
        sentence: "weather was called, but not as described",
        nearest: 'weather({"city":"London","unit":"c"}): city: expected "Rome", got "London"',
      },
    ]);
  });

  test("what was called instead", () => {
    expect(misses(verdictsOn("[weather]", [refund]))).toEqual([
      { path: ["tools", 0], sentence: "weather was not called, expected once", nearest: "called instead: refund" },
    ]);
    expect(misses(verdictsOn("[weather]", []))[0]?.nearest).toBe("no function was called");
  });

  test("the turn that it was called in", () => {
    const two = scenario(
      "assistant: a\nturns:\n  - user: a\n  - user: b\n    expect: { tools: [refund: { id: 1 }] }\n",
    );
    const called = recordOf(turn({ calls: [paris, refund] }), turn());
    expect(judge(called, two).find(({ pass }) => !pass)?.nearest).toBe('refund({"id":1}) was called in turn 1, not 2');
  });

  test("how often it was called", () => {
    expect(misses(verdictsOn("[weather: { times: 1..2 }]", [paris, paris, paris]))[0]?.sentence).toBe(
      "weather was called 3 times as described, expected 1 to 2 times",
    );
  });

  test("the order that calls came in, those of one round together", () => {
    const verdicts = verdictsOn("{ order: in_order, calls: [refund, weather] }", [
      paris,
      london,
      { ...refund, round: 2 },
    ]);
    expect(misses(verdicts)).toEqual([
      {
        path: ["tools", "order"],
        sentence: "the calls came as weather + weather, refund; expected refund, weather",
        nearest: null,
      },
    ]);
  });

  test("what was not expected, and what is forbidden", () => {
    expect(misses(verdictsOn("{ calls: [weather], extra: forbid }", [paris, refund]))).toEqual([
      { path: ["tools", "extra"], sentence: 'not expected: refund({"id":1})', nearest: null },
    ]);
    expect(misses(verdictsOn("{ forbid: [refund] }", [refund]))).toEqual([
      { path: ["tools", "forbid", 0], sentence: 'refund({"id":1}) was called; refund is forbidden', nearest: null },
    ]);
  });

  test("built-in tools can be forbidden too", () => {
    const search = { at: 1, event: { kind: "search" as const, callId: "call_1", results: [] } };
    const played = turn({ code: [{ input: "1 + 1", logs: "", images: [] }], events: [search] });
    const verdicts = judge(
      recordOf(played),
      expecting("{ tools: { forbid: [code_interpreter, file_search, refund] } }"),
    );
    expect(verdicts.filter(({ subject }) => subject === "tools").map(({ sentence }) => sentence)).toEqual([
      'code_interpreter({"input":"1 + 1"}) was called; code_interpreter is forbidden',
      "file_search was called; file_search is forbidden",
      "refund was not called",
    ]);
  });

  test("what a real tool would have stumbled over is a warning", () => {
    const finding = {
      code: "arguments_violate_schema" as const,
      message: "unit must be equal to one of the allowed values",
    };
    const verdicts = verdictsOn("[weather]", [call("weather", {}, 1, { findings: [finding] })]);
    const verdict = verdicts.find(({ pass }) => !pass);
    expect(verdict).toMatchObject({ severity: "warn", path: ["turns", 0, "user"] });
    expect(verdict?.sentence).toContain("arguments_violate_schema");
  });
});
