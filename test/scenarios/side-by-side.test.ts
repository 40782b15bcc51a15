import { assert, array, boolean, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../src/kit/random.ts";
import { compareSides, exitCodeOfSides } from "../../src/scenarios/side-by-side/compare.ts";
import { renderSides } from "../../src/scenarios/side-by-side/render.ts";
import type { SideSample, TurnSample } from "../../src/scenarios/side-by-side/side.ts";
import { times } from "../times.ts";

interface Runs {
  passed: boolean[];
  calls?: string;
  tokens?: number;
  latency?: number;
  cost?: number | null;
}

function sample(
  id: string,
  { passed, calls = "lookup", tokens = 100, latency = 1_000, cost = 0.01 }: Runs,
): SideSample {
  const each = <T>(value: T): T[] => passed.map(() => value);
  const turn: TurnSample = {
    passed,
    calls: each(calls),
    endings: each("completed"),
    failed: passed.map((ok) => (ok ? "none" : "reply")),
    tokens: each(tokens),
    latency: each(latency),
    cost: cost === null ? [] : each(cost),
  };
  const counts = { passed: passed.filter((ok) => ok).length, counted: passed.length };
  return { id, status: passed.every((ok) => ok) ? "passed" : "failed", counts, turns: new Map([["1", turn]]) };
}

const runs = (passed: number, failed: number) => [
  ...Array<boolean>(passed).fill(true),
  ...Array<boolean>(failed).fill(false),
];
const compare = (first: SideSample[], second: SideSample[]) =>
  compareSides(["old", "new"], first, second, createRandom(1));

test("a side against itself differs in nothing, whatever it is", () => {
  const any = record({
    passed: array(boolean(), { minLength: 1, maxLength: 8 }),
    tokens: integer({ min: 0, max: 999 }),
  });
  assert(
    property(array(any, { maxLength: 5 }), (all) => {
      const side = all.map((each, index) => sample(`s${index}`, each));
      const compared = compare(side, side);
      expect(compared.scenarios.flatMap(({ turns }) => turns)).toEqual([]);
      expect(exitCodeOfSides(compared)).toBe(0);
      expect(renderSides(compared)).toBe(
        all.length === 0 ? "" : `${all.length} ${all.length === 1 ? "scenario does" : "scenarios do"} not differ\n`,
      );
    }),
    { numRuns: times(25) },
  );
});

test.each<[string, Runs, Runs, string, number]>([
  ["ten of ten, then none", { passed: runs(10, 0) }, { passed: runs(0, 10) }, "regression", 1],
  ["none, then ten of ten", { passed: runs(0, 10) }, { passed: runs(10, 0) }, "improved", 0],
  ["one of one, then none", { passed: runs(1, 0) }, { passed: runs(0, 1) }, "insufficient", 7],
  ["none on both sides", { passed: runs(0, 1) }, { passed: runs(0, 1) }, "stable", 0],
  ["nothing on the second side", { passed: runs(1, 0) }, { passed: [] }, "not_compared", 7],
])("the second side against the first: %s", (_, one, other, change, code) => {
  const compared = compare([sample("a", one)], [sample("a", other)]);
  expect(compared.scenarios).toMatchObject([{ change }]);
  expect(exitCodeOfSides(compared)).toBe(code);
});

test.each(["skipped", "quarantined"] as const)("what is %s on both sides decides nothing", (status) => {
  const side = (passed: boolean[]): SideSample[] => [{ ...sample("a", { passed }), status }];
  expect(exitCodeOfSides(compare(side(runs(5, 0)), side(runs(0, 5))))).toBe(0);
  expect(exitCodeOfSides(compare(side([]), side([])))).toBe(0);
});

test.each<[string, Partial<Runs>, string[]]>([
  ["calls", { calls: "lookup > refund" }, ["calls"]],
  ["many more tokens", { tokens: 200 }, ["tokens"]],
  ["a few more tokens", { tokens: 110 }, []],
  ["more time", { latency: 2_000 }, ["latency"]],
  ["what is cheaper", { cost: 0.001 }, ["cost"]],
  ["what has no price", { cost: null }, []],
])("what differs in a turn: %s", (_, other, kinds) => {
  const compared = compare([sample("a", { passed: [true] })], [sample("a", { passed: [true], ...other })]);
  expect(compared.scenarios[0]?.turns.flatMap(({ differences }) => differences.map(({ kind }) => kind))).toEqual(kinds);
});

test("the table has a line a scenario that differs, and a line a difference", () => {
  const first = [sample("late", { passed: runs(5, 0) }), sample("same", { passed: [true] })];
  const second = [
    sample("late", { passed: runs(2, 3), calls: "lookup + ship > refund", tokens: 250, cost: 0.02, latency: 400 }),
    sample("same", { passed: [true] }),
  ];
  expect(`\n${renderSides(compare(first, second))}`).toBe(`
                   old            new
late               passed 5 of 5  failed 2 of 5           too few runs to tell; --repeat 12 would be enough
  turn 1  outcome  5 of 5         2 of 5
  turn 1  failed   none           none (2), reply (3)
  turn 1  calls    lookup         lookup + ship > refund
  turn 1  tokens   100            250 (+150 %)
  turn 1  latency  1.0 s          400 ms (-60 %)
  turn 1  cost     $0.01          $0.02 (+100 %)

1 scenario does not differ
`);
});
