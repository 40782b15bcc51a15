import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitProblems, timeLeft } from "../../../src/scenarios/execution/limits.ts";
import { play } from "../embedded.ts";
import { scenario, turn } from "../scenario.ts";

const limited = (limits: string, turns = 3) =>
  scenario(`assistant: a
limits: ${limits}
turns: [${Array.from({ length: turns }, (_, nth) => `{ user: turn ${nth} }`).join(", ")}]
`);
const took = (total: number, delayed = 0) => turn({ time: { total, first_token: null, waited: 9_000_000, delayed } });
const used = (total: number | null) =>
  turn({ usage: total === null ? null : { prompt_tokens: total - 1, completion_tokens: 1, total_tokens: total } });

test.each([
  ["{ time: 1s }", [took(400), took(599)], []],
  ["{ time: 1s }", [took(400), took(600)], ["scenario_timeout"]],
  ["{ time: 1s }", [took(400), took(9_600, 9_400)], []],
  ["{ time: 1s }", [took(400), took(400), took(900)], []],
  ["{ tokens: 10 }", [used(4), used(6)], []],
  ["{ tokens: 10 }", [used(4), used(null), used(7)], ["token_limit"]],
  ["{ cost: 0.1 }", [turn({ cost: 0.04 }), turn({ cost: 0.06 })], []],
  ["{ cost: 0.1 }", [turn({ cost: 0.05 }), turn({ cost: 0.06 })], ["cost_limit"]],
  ["{ cost: 0.1 }", [turn({ cost: 0.05 }), turn({ cost: null })], ["unknown_price"]],
  ["{ cost: 0.1 }", [turn({ cost: null, status: "stopped" })], []],
  ["{ cost: 0.1, tokens: 10 }", [{ ...used(11), cost: 1 }], ["token_limit", "cost_limit"]],
  ["{ turn: { timeout: 1ms } }", [took(400), used(70_000)], []],
])("limits: %s", (limits, turns, codes) => {
  const numbered = turns.map((each, index) => Object.assign({}, each, { number: index + 1 }));
  expect(limitProblems(limited(limits), numbered).map(({ code }) => code)).toEqual(codes);
});

test("what is left is what no turn has used, whatever its stubs delayed and the target waited", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9_000), fc.nat(9_000))), (spans) => {
      const spent = spans.reduce((all, [own]) => all + own, 0);
      const turns = spans.map(([own, delayed]) => took(own + delayed, delayed));
      expect(timeLeft(limited("{ time: 1m }"), turns)).toBe(60_000 - spent);
      expect(timeLeft(limited("{ tokens: 1 }"), turns)).toBeNull();
    }),
  );
});

test("a scenario over its tokens ends after that turn, is errored, and is not tried again", async () => {
  const result = await play(`
assistant: a
limits: { tokens: 1 }
turns:
  - user: one
    script: [{ say: one }]
    expect: { reply: { contains: one } }
  - user: two
    script: [{ say: two }]
`);
  expect(result).toMatchObject({
    status: "errored",
    attempts: [{ status: "errored" }],
    record: { turns: [{ number: 1 }] },
    problems: [
      { code: "token_limit", place: { line: 3 }, message: expect.stringMatching(/^the first turn used \d+ /) },
    ],
  });
});

describe("on_fail: continue", () => {
  const file = (onFail: string, last = "") => `
assistant: a
on_fail: ${onFail}
turns:
  - user: one
    script: [{ say: "no" }]
    expect: { reply: { contains: "yes" } }
  - user: two
    script: [{ call: refund }, { say: "no" }]
    expect: { tools: { forbid: [refund] } }
  - user: three
    script: [{ say: "yes" }]
    expect: { reply: { contains: "yes" } }
${last}expect: { check: "false" }
`;
  const failures = async (yaml: string) => {
    const result = await play(yaml);
    const failed = result.verdicts.filter(({ pass }) => !pass).map(({ turn }) => turn);
    return { result, failed };
  };

  test("runs every turn, and judges the whole conversation", async () => {
    const { result, failed } = await failures(file("continue"));
    expect(failed).toEqual([1, 2, null]);
    expect(result).toMatchObject({ status: "failed", record: { turns: [{}, {}, { messages: [{ text: "yes" }] }] } });
  });

  test("stop, the default, does not", async () => {
    const { result, failed } = await failures(file("stop"));
    expect(failed).toEqual([1]);
    expect(result.record?.turns).toHaveLength(1);
  });

  test("a failure remains when a later turn cannot run", async () => {
    const { result, failed } = await failures(file("continue", "  - user: four\n"));
    expect(failed).toEqual([1, 2]);
    expect(result).toMatchObject({ status: "failed", problems: [{ severity: "warning" }] });
  });
});
