import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problem } from "../../../src/problem.ts";
import {
  certainVerdict,
  fewestMoreRuns,
  neededRuns,
  parsePassRule,
  showPassRule,
  type Repeat,
} from "../../../src/scenarios/results/pass-rule.ts";
import type { Verdict } from "../../../src/scenarios/verdict.ts";
import { verdictOf } from "../../../src/scenarios/results/scenario-result.ts";
import { attempt } from "../attempts.ts";

type Outcome = "passed" | "failed" | "errored" | "undecided";

const missed: Verdict = {
  turn: 1,
  subject: "reply",
  path: [],
  severity: "gate",
  pass: false,
  expected: 1,
  actual: 2,
  sentence: "no",
  nearest: null,
  shows: "nothing",
};

const fields = {
  passed: {},
  failed: { verdicts: [missed] },
  errored: { problems: [problem("unreachable", "no")] },
  undecided: { verdicts: [{ ...missed, undecided: true as const }] },
};

/** The verdict of runs that came to these outcomes. */
const verdict = (repeat: Repeat, outcomes: readonly Outcome[]) =>
  verdictOf(
    repeat,
    outcomes.map((outcome, index) => attempt({ ...fields[outcome], run: index + 1 })),
  );

/** The outcomes up to the one after which the verdict is certain. */
function untilCertain(repeat: Repeat, outcomes: readonly Outcome[]): Outcome[] {
  const count = (list: readonly Outcome[], wanted: Outcome) => list.filter((each) => each === wanted).length;
  const end = outcomes.findIndex((_, index) => {
    const begun = outcomes.slice(0, index + 1);
    return certainVerdict(repeat, { passed: count(begun, "passed"), failed: count(begun, "failed") }) !== null;
  });
  return end === -1 ? [...outcomes] : outcomes.slice(0, end + 1);
}

const rules = ["all", "any", ">= 1", ">= 2", ">= 3", "50%", "66.7%", "80%", "100%"];

const outcomes: Outcome[] = ["passed", "failed", "errored"];

/** Every sequence of so many outcomes. */
function sequences(length: number): Outcome[][] {
  if (length === 0) return [[]];
  return outcomes.flatMap((first) => sequences(length - 1).map((rest) => [first].concat(rest)));
}

describe("stopping when the verdict is certain", () => {
  test.each([1, 2, 3, 4, 5])("never changes it, whatever %i runs show, in whatever order", (runs) => {
    for (const written of rules) {
      const repeat: Repeat = { runs, pass: parsePassRule(written) };
      if (neededRuns(repeat) > runs) continue;
      for (const outcomes of sequences(runs)) {
        const whole = verdict(repeat, outcomes);
        expect(verdict(repeat, untilCertain(repeat, outcomes)), `${written} ${outcomes.join()}`).toBe(whole);
        expect(verdict(repeat, outcomes.toSorted()), outcomes.join()).toBe(whole);
      }
    }
  });

  test("happens as soon as what is left cannot matter, not before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        fc.nat(),
        (runs, share, p, f) => {
          const repeat: Repeat = { runs, pass: { kind: "share", percent: share * 100 } };
          const passed = p % (runs + 1);
          const failed = f % (runs - passed + 1);
          const left = runs - passed - failed;
          const best = passed + left >= neededRuns(repeat);
          const worst = passed >= neededRuns(repeat);
          const certain = certainVerdict(repeat, { passed, failed });
          expect(certain).toBe(best === worst ? (best ? "passed" : "failed") : null);
          const fewest = fewestMoreRuns(repeat, { passed, failed });
          const isCertainAfter = (more: number) =>
            [0, more].some(
              (good) => certainVerdict(repeat, { passed: passed + good, failed: failed + more - good }) !== null,
            );
          expect(fewest === 0).toBe(certain !== null);
          expect(isCertainAfter(fewest)).toBe(true);
          if (fewest > 0) expect(isCertainAfter(fewest - 1)).toBe(false);
        },
      ),
    );
  });
});

test("stopped runs are not_run, unless the verdict was certain", () => {
  const repeat: Repeat = { runs: 3, pass: parsePassRule(">= 2") };
  expect(verdict(repeat, ["passed"])).toBe("not_run");
  expect(verdict(repeat, ["passed", "passed"])).toBe("passed");
  expect(verdict(repeat, ["errored"])).toBe("errored");
});

test.each<[Outcome[], string, string]>([
  [["passed", "passed", "passed"], "all", "passed"],
  [["passed", "failed", "passed"], "all", "failed"],
  [["failed", "failed", "passed"], "any", "passed"],
  [["failed", "failed", "failed"], "any", "failed"],
  [["passed", "passed", "errored"], "all", "inconclusive"],
  [["passed", "passed", "errored"], ">= 2", "passed"],
  [["failed", "errored", "errored"], "any", "inconclusive"],
  [["failed", "errored", "errored"], "all", "failed"],
  [["errored", "errored", "errored"], "any", "errored"],
  [["passed", "failed", "errored"], "60%", "inconclusive"],
  [["passed", "passed", "undecided"], "all", "inconclusive"],
  [["undecided", "undecided", "undecided"], "all", "inconclusive"],
  [["passed", "passed", "undecided"], "60%", "passed"],
])("%j by %s is %s", (outcomes, rule, expected) => {
  expect(verdict({ runs: 3, pass: parsePassRule(rule) }, outcomes)).toBe(expected);
});

test.each([
  ["all", 5, 5],
  ["any", 5, 1],
  [">= 4", 5, 4],
  [">=4", 9, 4],
  ["80%", 5, 4],
  ["80%", 6, 5],
  ["7%", 100, 7],
  ["0.1%", 5, 1],
  ["100%", 7, 7],
  ["66.7%", 3, 3],
  ["66.6%", 3, 2],
])("%s of %i runs is %i", (rule, runs, needed) => {
  expect(neededRuns({ runs, pass: parsePassRule(rule) })).toBe(needed);
  expect(parsePassRule(showPassRule(parsePassRule(rule)))).toEqual(parsePassRule(rule));
});
