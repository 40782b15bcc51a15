import { describe, expect, test } from "vitest";
import { scenarioLosses } from "../../../src/scenarios/against/scenario-losses.ts";
import { quarantineLosses, suiteLosses } from "../../../src/scenarios/against/suite-losses.ts";
import { declare } from "../scenario.ts";

const base = `
assistant: a
repeat: { runs: 5, pass: ">= 4" }
limits: { turn: { timeout: 10s, tool_rounds: 3 }, cost: 0.1 }
turns:
  - { id: ask, user: one, expect: { reply: { contains: a } } }
  - { user: two, expect: { reply: { contains: b }, tools: [x] } }
expect: { cost: { $lte: 1 } }
`;

test.each<[string, string, string, string[]]>([
  ["nothing", "", "", []],
  ["a turn in front", "  - { id: ask", "  - { user: zero }\n  - { id: ask", []],
  ["a turn's text", "user: two", "user: three", []],
  ["no turn", "  - { user: two, expect: { reply: { contains: b }, tools: [x] } }\n", "", ["removed turns.1"]],
  ["fewer passes", ">= 4", ">= 3", ["weakened repeat"]],
  ["more passes", ">= 4", "all", []],
  ["fewer runs", 'runs: 5, pass: ">= 4"', "runs: 4, pass: all", ["weakened repeat"]],
  ["skipped", "assistant: a", "assistant: a\nskip: { reason: later }", ["weakened skip"]],
  ["observed", "assistant: a", "assistant: a\nobserve: true", ["weakened observe"]],
  ["a wider limit", "tool_rounds: 3", "tool_rounds: 4", ["weakened limits.turn.tool_rounds"]],
  ["a narrower limit", "timeout: 10s", "timeout: 900ms", []],
  ["a limit that is gone", ", cost: 0.1", "", ["removed limits.cost"]],
  ["left out at times", "user: two,", "user: two, when: size(calls) > 0,", ["weakened turns.1.when"]],
  ["the end of it", "expect: { cost: { $lte: 1 } }\n", "", ["removed expect.cost"]],
])("what else a scenario loses: %s", (_, before, after, expected) => {
  expect(base).toContain(before);
  const now = declare(base.replace(before, () => after)).value;
  expect(scenarioLosses(declare(base).value, now).map(({ how, at }) => `${how} ${at.join(".")}`)).toEqual(expected);
});

describe("a suite", () => {
  const file = (yaml: string, name: string, ids = [name]) => ({ declared: declare(yaml, name), ids });
  test("loses scenarios and cells, with the place of then", () => {
    const before = [file(base, "one"), file(base, "two", ["two[n=1]", "two[n=2]"])];
    const losses = suiteLosses(before, [file(base, "two", ["two[n=1]"])]);
    expect(losses.map(({ scenario, how, in: side, place: { file } }) => [scenario, how, side, file])).toEqual([
      ["one", "removed", "then", "scenarios/one.yaml"],
      ["two[n=2]", "removed", "then", "scenarios/two.yaml"],
    ]);
    expect(suiteLosses(before, [...before, file(base, "three")])).toEqual([]);
  });
  test("loses what goes into quarantine, or stays in it for longer", () => {
    const of = (scenarios: Record<string, string>) => ({
      ...declare(base),
      value: {
        scenarios: Object.fromEntries(
          Object.entries(scenarios).map(([id, expires]) => [id, { owner: "a", reason: "b", evidence: "c", expires }]),
        ),
      },
    });
    const losses = (one: Record<string, string> | null, other: Record<string, string> | null) =>
      quarantineLosses(one && of(one), other && of(other)).map(({ scenario }) => scenario);
    expect(losses(null, { late: "2026-12-01" })).toEqual(["late"]);
    expect(losses({ late: "2026-12-01" }, { late: "2026-12-02" })).toEqual(["late"]);
    expect(losses({ late: "2026-12-01", other: "2026-12-01" }, { late: "2026-11-30" })).toEqual([]);
    expect(losses({ late: "2026-12-01" }, null)).toEqual([]);
  });
});
