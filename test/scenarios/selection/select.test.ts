import { describe, expect, test } from "vitest";
import type { ProblemError } from "../../../src/problem.ts";
import { selectScenarios, skipReason, type Selection } from "../../../src/scenarios/selection/select.ts";
import { bareContext, declare, scenario } from "../scenario.ts";
import { expand } from "../../../src/scenarios/read/expand.ts";

const files = {
  "money/refund":
    "assistant: a\ntags: [money, smoke]\nname: Give it back\nmatrix: { axes: { locale: [en, de] } }\nturns: [{ user: hi }]",
  greet: "assistant: a\ntags: [smoke]\nturns: [{ user: hi }]",
  slow: "assistant: a\nturns: [{ user: hi }]",
};
const all = Object.entries(files).flatMap(([name, yaml]) => {
  const declared = declare(yaml, name);
  return expand({ ...declared, name: name.split("/").at(-1) ?? name }, bareContext);
});
const everything: Selection = { paths: [], tags: [], notTags: [], grep: null, ids: [] };
const idsOf = (selection: Partial<Selection>) =>
  selectScenarios(all, { ...everything, ...selection }, false).map(({ id }) => id);

test.each<[selection: Partial<Selection>, ids: string[]]>([
  [{}, ["refund[locale=en]", "refund[locale=de]", "greet", "slow"]],
  [{ tags: ["money"] }, ["refund[locale=en]", "refund[locale=de]"]],
  [{ tags: ["smoke"], notTags: ["money"] }, ["greet"]],
  [{ ids: ["refund"] }, ["refund[locale=en]", "refund[locale=de]"]],
  [{ ids: ["refund[locale=de]", "slow"] }, ["refund[locale=de]", "slow"]],
  [{ grep: "(?i)^give|back$" }, ["refund[locale=en]", "refund[locale=de]"]],
  [{ grep: "GREET" }, []],
  [{ paths: ["scenarios/money"] }, ["refund[locale=en]", "refund[locale=de]"]],
  [{ paths: ["./scenarios/greet.yaml", "scenarios/slow.yaml"] }, ["greet", "slow"]],
  [{ paths: ["scenarios/"], tags: ["smoke"], ids: ["greet"] }, ["greet"]],
])("%j", (selection, ids) => {
  expect(idsOf(selection)).toEqual(ids);
});

test.each<[selection: Partial<Selection>, code: string]>([
  [{ ids: ["refunds"] }, "unknown_scenario"],
  [{ paths: ["scenarios/mon"] }, "no_scenario_there"],
  [{ grep: "(" }, "bad_regex"],
])("%j is refused", (selection, code) => {
  const problems = () => {
    try {
      return idsOf(selection);
    } catch (error) {
      return (error as ProblemError).problems.map((each) => each.code);
    }
  };
  expect(problems()).toEqual([code]);
});

describe("only", () => {
  const chosen = scenario("assistant: a\nonly: true\nturns: [{ user: hi }]");

  test("leaves just itself", () => {
    expect(selectScenarios([...all, chosen], everything, false)).toEqual([chosen]);
  });
  test("leaves those that are asked for by their ids", () => {
    const ids = [chosen.id, ...all.map(({ id }) => id)];
    expect(selectScenarios([...all, chosen], { ...everything, ids }, true)).toEqual([...all, chosen]);
  });
  test("is refused in continuous integration", () => {
    expect(() => selectScenarios([...all, chosen], everything, true)).toThrow("only_in_ci");
    expect(selectScenarios(all, everything, true)).toEqual(all);
  });
});

test.each([
  ["{ reason: later }", "2026-11-22", "later"],
  ["{ reason: later, until: 2026-12-31 }", "2026-12-30", "later (until 2026-12-31)"],
  ["{ reason: later, until: 2026-12-31 }", "2026-12-31", null],
])("skip %s on %s", (skip, today, reason) => {
  expect(skipReason(scenario(`assistant: a\nskip: ${skip}\nturns: [{ user: hi }]`), today)).toBe(reason);
});
