import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom, shuffled } from "../../../src/kit/random.ts";
import type { WrittenBaseline } from "../../../src/project/schemas/baseline.ts";
import { withSamples, type Baseline } from "../../../src/scenarios/baseline/baseline.ts";
import { baselineText, readBaseline } from "../../../src/scenarios/baseline/baseline-json.ts";
import { compareWithBaseline } from "../../../src/scenarios/baseline/compare.ts";
import { pathOf, sampleOf, type Sample } from "../../../src/scenarios/baseline/sample.ts";
import { resultOf } from "../../../src/scenarios/results/scenario-result.ts";
import type { ScenarioStatus } from "../../../src/scenarios/results/result.ts";
import { emptySummary, exitCodeOfRun } from "../../../src/scenarios/results/summary.ts";
import { attempt } from "../attempts.ts";
import { call, recordOf, scenario, turn } from "../scenario.ts";

const all = () => true;
const empty: Baseline = { project: "p", target: "t", assistants: new Map(), scenarios: new Map() };

function sample(id: string, passed: number, counted: number, more: Partial<Sample> = {}): Sample {
  const status: ScenarioStatus = passed === counted ? "passed" : "failed";
  const measures = { latency: null, tokens: null, cost: null };
  return {
    id,
    assistant: "a",
    status,
    counts: { passed, counted },
    early: false,
    fingerprint: null,
    paths: new Map(),
    measures,
    ...more,
  };
}

const baselineOf = (...samples: Sample[]): Baseline => ({ ...empty, ...withSamples(empty, samples, all) });
const compare = (before: Baseline, after: readonly Sample[], isKnown: (id: string) => boolean = all) =>
  compareWithBaseline("b.json", before, after, isKnown);
const changeOf = (before: Baseline, after: Sample) => compare(before, [after]).scenarios[0];

describe("the file of a baseline", () => {
  const hashes = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 3 });
  const some = fc.record({
    id: fc.string({ minLength: 1, maxLength: 3 }),
    counted: fc.integer({ min: 1, max: 30 }),
    latency: fc.array(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 12 }),
    fingerprint: fc.option(fc.record({ assistant: hashes, scenario: hashes })),
    paths: fc.dictionary(fc.string({ maxLength: 3 }), fc.integer({ min: 1, max: 9 }), { maxKeys: 3 }),
  });
  const samples = fc.uniqueArray(some, { selector: ({ id }) => id, maxLength: 6 }).map((list) =>
    list.map(({ id, counted, latency, fingerprint, paths }) =>
      sample(id, counted, counted, {
        fingerprint,
        paths: new Map(Object.entries(paths)),
        measures: { latency, tokens: null, cost: null },
      }),
    ),
  );

  test("is read back as it was, and is the same whatever the order the results came in", () => {
    fc.assert(
      fc.property(samples, fc.nat(), (list, seed) => {
        const text = baselineText(baselineOf(...list));
        expect(baselineText(readBaseline(JSON.parse(text) as WrittenBaseline))).toBe(text);
        const others = list.map((each) => ({ ...each, fingerprint: null }));
        const shuffledText = baselineText(baselineOf(...shuffled(others, createRandom(seed))));
        expect(shuffledText).toBe(baselineText(baselineOf(...others)));
        expect(Object.keys((JSON.parse(text) as WrittenBaseline).scenarios).length).toBe(list.length);
      }),
    );
  });

  test("keeps what was not run, and forgets what the project no longer has", () => {
    const before = baselineOf(sample("kept", 5, 5), sample("gone", 5, 5), sample("again", 5, 5));
    const after = withSamples(before, [sample("again", 3, 9)], (id) => id !== "gone");
    expect([...after.scenarios.keys()]).toEqual(["again", "kept"]);
    expect(after.scenarios.get("again")).toMatchObject({ passed: 3, counted: 9 });
  });
});

test.each([
  [[], ""],
  [[turn({})], "-"],
  [[turn({ calls: [call("b", {}, 1), call("a", {}, 2)] }), turn({ calls: [call("c")] })], "b > a | c"],
  [[turn({ calls: [call("b", {}, 1), call("a", {}, 1), call("b", {}, 2)] }), turn({})], "a + b > b | -"],
])("the path of %# is %s", (turns, path) => {
  expect(pathOf({ turns })).toBe(path);
});

test("a sample is the scenario's own runs that count; what they took is that of runs that passed", () => {
  const file = scenario(
    "assistant: a\nrepeat: { runs: 4, pass: any }\nturns: [{ user: hi, expect: { reply: { contains: a } } }]",
  );
  const record = (total: number, tokens: number) =>
    recordOf(
      turn({
        time: { total, first_token: 1, waited: 7 },
        usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens },
        calls: [call("look")],
        cost: tokens / 1000,
      }),
    );
  const missed = {
    turn: 1,
    subject: "reply",
    path: [],
    severity: "gate",
    pass: false,
    expected: 1,
    actual: 1,
    sentence: "",
    nearest: null,
    shows: "nothing",
  } as const;
  const result = resultOf(
    file,
    [
      attempt({ run: 1, record: record(100, 5) }),
      attempt({ run: 2, record: record(900, 50), verdicts: [missed] }),
      attempt({ run: 3, problems: [{ kind: "remote", severity: "error", code: "unreachable", message: "" }] }),
      attempt({ run: 4, record: record(300, 7) }),
      attempt({ confirmation: 1, run: 1, record: record(1, 1) }),
    ],
    1,
  );
  expect(sampleOf(result)).toMatchObject({
    counts: { passed: 2, counted: 3 },
    early: false,
    paths: new Map([["look", 3]]),
    measures: { latency: [100, 300], tokens: [5, 7], cost: [0.005, 0.007] },
  });
});

describe("against a baseline", () => {
  const full = baselineOf(sample("one", 20, 20), sample("weak", 14, 20));

  test.each<[string, Sample, string]>([
    ["far fewer", sample("one", 9, 20), "regression"],
    ["as many", sample("one", 20, 20), "stable"],
    ["one less", sample("one", 19, 20), "stable"],
    ["one of many, after none of many", sample("one", 29, 30), "stable"],
    ["one run that failed", sample("one", 0, 1), "insufficient"],
    ["more than before", sample("weak", 60, 60), "improved"],
    ["a scenario that is not there", sample("two", 0, 20), "new"],
  ])("%s: %j is %s", (_, after, change) => {
    expect(changeOf(full, after)?.change).toBe(change);
  });

  test("another version of a scenario is not compared, and another assistant is what is compared", () => {
    const before = baselineOf(
      sample("one", 20, 20, { fingerprint: { assistant: { model: "a" }, scenario: { "turns.1": "x" } } }),
    );
    const at = (assistant: string, turns: string) =>
      changeOf(
        before,
        sample("one", 0, 20, { fingerprint: { assistant: { model: assistant }, scenario: { "turns.1": turns } } }),
      );
    expect(at("a", "y")).toMatchObject({ change: "rewritten", parts: ["turns.1"], p: null });
    expect(at("b", "x")).toMatchObject({ change: "regression", parts: ["model"] });
    expect(at("a", "x")).toMatchObject({ change: "regression", parts: [] });
  });

  test("what was not run is left out, quarantined scenarios and those without a run that counts too; what is gone is named", () => {
    const after = [sample("weak", 0, 20, { status: "quarantined" }), sample("one", 0, 0, { status: "errored" })];
    expect(compare(full, after, (id) => id !== "weak").scenarios).toMatchObject([
      { id: "weak", change: "gone", after: null },
    ]);
  });

  test("only medians whose intervals do not overlap are reported, and new calls", () => {
    const taking = (...latency: number[]) =>
      sample("one", 20, 20, {
        measures: { latency, tokens: null, cost: null },
        paths: new Map([[`p${latency.length}`, 1]]),
      });
    const before = baselineOf(taking(10, 11, 12, 13, 14, 15));
    expect(changeOf(before, taking(30, 31, 32, 33, 34, 35))?.measures).toEqual([]);
    expect(changeOf(before, taking(11, 12, 13, 14, 15, 16))).toMatchObject({ measures: [], paths: [] });
    expect(changeOf(before, taking(1, 99, 99, 99, 99))?.measures).toEqual([]);
    expect(changeOf(before, taking(300, 310, 320, 330, 340, 350, 360))).toMatchObject({
      measures: [{ measure: "latency", before: { median: 12.5 }, after: { median: 330 } }],
      paths: ["p7"],
    });
  });

  test.each<[string, Sample[], number]>([
    ["nothing got worse", [sample("one", 20, 20)], 0],
    ["a regression", [sample("one", 9, 20)], 1],
    ["a regression in what still passes by its own rule", [sample("one", 9, 20, { status: "passed" })], 1],
    ["a failure that is no worse than before", [sample("one", 19, 20)], 0],
    ["one red run", [sample("one", 0, 1)], 7],
    ["one green run", [sample("one", 1, 1)], 0],
    ["a new scenario that fails", [sample("two", 4, 5)], 1],
    ["a new scenario that passes", [sample("two", 5, 5)], 0],
    ["a failure that is no worse, beside a new one that fails", [sample("one", 19, 20), sample("two", 4, 5)], 1],
  ])("the exit code of %s", (_, samples, code) => {
    const failed = samples.filter(({ status }) => status === "failed").length;
    const counts = { ...emptySummary.counts, failed, passed: samples.length - failed };
    const summary = { ...emptySummary, counts, baseline: compare(full, samples) };
    expect(exitCodeOfRun(summary, false)).toBe(code);
    expect(exitCodeOfRun(summary, true)).toBe(130);
  });
});
