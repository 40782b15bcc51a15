import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BehaviourSide,
  type Shown,
  type SideScenario,
  compareBehaviour,
} from "../../../src/scenarios/behaviour/compare.ts";
import { behaviourMarkdown, behaviourText, verdictLine } from "../../../src/scenarios/behaviour/words.ts";

const nothing = { latency: null, tokens: null, cost: null };

function shown({ passed = 5, counted = 5, ...more }: Partial<Shown> = {}): Shown {
  return {
    assistant: "desk",
    asked: counted,
    passed,
    counted,
    status: passed === counted ? "passed" : "failed",
    scenario: { "turns.1": "a" },
    paths: new Map([["-", counted]]),
    measures: nothing,
    failures: new Map(),
    against: null,
    at: "2026-11-26T08:00:00.000Z",
    run: "r",
    playbill: "0.1.0",
    source: "evidence",
    ...more,
  };
}

const side = (scenarios: Record<string, Shown | null>, instructions = "one"): BehaviourSide =>
  new Map(
    Object.entries(scenarios).map(([id, each]): [string, SideScenario] => [
      id,
      { assistant: { instructions }, scenario: each?.scenario ?? { "turns.1": "a" }, shown: each },
    ]),
  );

const compared = (before: BehaviourSide, after: BehaviourSide) => ({
  kind: "compared" as const,
  since: "main (1a2b3c4d)",
  losses: [],
  ...compareBehaviour(before, after),
});

describe("what became of a scenario", () => {
  const seldom = shown({ passed: 12, counted: 20, status: "passed" });
  const often = shown({ passed: 20, counted: 20 });
  test.each([
    ["new_failure", shown(), shown({ passed: 3 })],
    ["undecided", shown(), shown({ status: "inconclusive" })],
    ["first", shown({ status: "inconclusive" }), shown()],
    ["fixed", shown({ passed: 0 }), shown()],
    ["failing", shown({ passed: 0 }), shown({ passed: 1 })],
    ["failing", null, shown({ passed: 1 })],
    ["regression", often, seldom],
    ["improved", seldom, often],
    ["alike", shown(), shown()],
    ["first", null, shown()],
    ["not_run", shown(), null],
    [
      "different",
      shown(),
      shown({
        paths: new Map([
          ["lookup", 1],
          ["-", 4],
        ]),
      }),
    ],
  ] as const)("%s", (kind, before, after) => {
    const { scenarios, untouched } = compareBehaviour(side({ a: before }), side({ a: after }, "two"));
    expect([scenarios.map((each) => each.kind), untouched]).toEqual([[kind], 0]);
  });

  test.each([
    ["first", shown()],
    ["new_failure", shown({ passed: 0 })],
    ["not_run", null],
  ])("a new one: %s", (kind, after) => {
    expect(compareBehaviour(new Map(), side({ a: after })).scenarios).toMatchObject([{ kind, because: ["new"] }]);
  });

  test("what nothing touches is only counted, whatever is known of it", () => {
    const both = side({ a: shown(), b: null, c: shown({ passed: 0 }) });
    expect(compareBehaviour(both, both)).toEqual({ scenarios: [], untouched: 3 });
  });
});

test("what does not hold is named by turn, with the number of runs on both sides", () => {
  const failing = (counts: Record<string, number>) => shown({ passed: 1, failures: new Map(Object.entries(counts)) });
  const before = failing({ "turn 1: reply": 2, "turn 2: tools": 4 });
  const after = failing({ "turn 1: reply": 2, world: 3 });
  const both = compared(side({ a: before, b: null }), side({ a: after, b: failing({ world: 5 }) }, "two"));
  expect(both.scenarios.map(({ failures }) => failures)).toEqual([
    [
      { expectation: "turn 2: tools", sides: [4, 0] },
      { expectation: "world", sides: [0, 3] },
    ],
    [{ expectation: "world", sides: [0, 5] }],
  ]);
  const text = behaviourText(both);
  expect(text).toContain("    + turn 2: tools: failed in 4 of 5 -> held\n    - world: held -> failed in 3 of 5\n");
  expect(text).toContain("    - world: failed in 5 of 5\n");
});

describe("calls are compared turn by turn", () => {
  const turns = (before: string[], after: string[]) => {
    const of = (paths: string[]) => shown({ paths: new Map(paths.map((path) => [path, 1])) });
    return compareBehaviour(side({ a: of(before) }), side({ a: of(after) }, "two")).scenarios[0]?.turns;
  };

  test("what appeared and what vanished is named in the turn in which it did", () => {
    expect(turns(["lookup | -"], ["lookup > refund | ask", "lookup | -"])).toEqual([
      {
        turn: 1,
        sides: [{ lookup: 1 }, { lookup: 1, "lookup > refund": 1 }],
        appeared: ["refund"],
        vanished: [],
      },
      { turn: 2, sides: [{ none: 1 }, { ask: 1, none: 1 }], appeared: ["ask"], vanished: [] },
    ]);
    expect(turns(["a + b | c"], ["a | c"])).toMatchObject([{ turn: 1, appeared: [], vanished: ["b"] }]);
  });

  test("another order is a difference of which nothing appeared; a turn that is not reached calls nothing", () => {
    expect(turns(["a > b"], ["b > a"])).toMatchObject([{ turn: 1, appeared: [], vanished: [] }]);
    expect(turns(["a | b"], ["a"])).toMatchObject([{ turn: 2, sides: [{ b: 1 }, {}], appeared: [], vanished: [] }]);
  });

  test("one side against itself never differs, and the reverse has appeared what vanished", () => {
    const path = fc
      .array(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
      .map((all) => all.map((calls) => calls.join(" > ") || "-").join(" | "));
    const paths = fc.uniqueArray(path, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(paths, paths, (one, other) => {
        expect(turns(one, one)).toEqual([]);
        const names = (all: ReturnType<typeof turns>, key: "appeared" | "vanished") => all?.map((each) => each[key]);
        expect(names(turns(one, other), "appeared")).toEqual(names(turns(other, one), "vanished"));
      }),
    );
  });
});

test("latency and cost are shown with their intervals, and differ when these do not meet", () => {
  const of = (low: number, high: number) => ({ median: (low + high) / 2, interval: { low, high } });
  const before = shown({ measures: { ...nothing, latency: of(1_000, 1_400), cost: of(0.001, 0.002) } });
  const after = shown({ measures: { ...nothing, latency: of(2_000, 2_400), cost: of(0.001, 0.003) } });
  const text = behaviourText(compared(side({ a: before }), side({ a: after }, "two")));
  expect(text).toContain("! latency: 1.2 s (1.0 s - 1.4 s) -> 2.2 s (2.0 s - 2.4 s)  (+83 %)");
  expect(text).toContain("  cost: $0.0015 ($0.001 - $0.002) -> $0.002");
});

test("the verdict is one line with everything in it, the worst first", () => {
  const before = side({ a: shown(), b: shown({ passed: 0 }), c: shown(), d: shown() });
  const after = side({ a: shown({ passed: 1 }), b: shown(), c: null, d: shown() }, "two");
  const behaviour = compared(before, after);
  expect(verdictLine(behaviour)).toBe("worse: 1 new failure, 1 not run in its current form, 1 fixed, 1 as before");
  expect(behaviourText(behaviour)).toMatch(
    /^Behaviour since main \(1a2b3c4d\): worse[^\n]*\n✗ a {2}passed 5\/5 -> failed 1\/5 \(p = /,
  );
  const place = { file: "a.yaml", line: 3, column: 1, length: 1, text: "" };
  const loss = { scenario: "d", how: "removed", what: "a call", in: "then", place } as const;
  expect(verdictLine({ ...compared(before, before), losses: [loss] })).toBe(
    "expects less: 1 expectation removed or weakened, 4 not affected",
  );
  expect(verdictLine(compared(before, before))).toBe("not affected: 4 not affected");
});

test("what was not run is one part of a comment, however much it is", () => {
  const ids = Array.from({ length: 500 }, (_, index) => `s${index}`);
  const of = (value: Shown | null) => Object.fromEntries(ids.map((id) => [id, value]));
  const behaviour = compared(side(of(shown())), side(of(null), "two"));
  const { parts } = behaviourMarkdown(behaviour);
  expect(parts).toHaveLength(1);
  expect(parts[0]).toContain("440 more were not run");
  expect(behaviourText(behaviour).split("\n")).toHaveLength(13);
  expect(behaviourText(behaviour)).toContain("\n? s0  not run: assistant's instructions\n");
});

test("ids stay text in a comment, whatever is in them, and a part is never left open", () => {
  const id = "a[`</code></details>|**x**=@all ![x](http://x)\n```\n# hi]";
  const behaviour = compared(side({ [id]: shown() }), side({ [id]: shown({ passed: 0 }) }, "two"));
  const { parts, verdict } = behaviourMarkdown(behaviour);
  expect(parts).toHaveLength(1);
  expect(parts[0]?.match(/<\/?(details|code)>/g)).toEqual(["<details>", "<code>", "</code>", "</details>"]);
  expect(parts[0]?.split("\n")[0]).not.toMatch(/[`*@![\]|]/);
  expect(verdict.split("\n")).toHaveLength(1);
  expect(behaviourText(behaviour).split("\n")[1]).toContain("# hi]");
});
