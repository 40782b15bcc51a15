import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Evidence,
  type EvidenceStatus,
  type ScenarioEvidence,
  againstBaseline,
  noEvidence,
  withScenarios,
} from "../../../src/scenarios/evidence/evidence.ts";
import type { Baseline } from "../../../src/scenarios/baseline/baseline.ts";
import { compareWithBaseline } from "../../../src/scenarios/baseline/compare.ts";
import { emptySummary, exitCodeOfRun } from "../../../src/scenarios/results/summary.ts";
import type { Counts } from "../../../src/scenarios/statistics/fisher.ts";
import { canonicalJson } from "../../../src/kit/json.ts";
import { type PassRule, type Repeat, neededRuns } from "../../../src/scenarios/results/pass-rule.ts";
import { evidenceText, parseEvidence } from "../../../src/scenarios/evidence/evidence-json.ts";
import {
  type DeclaredAssistant,
  type DeclaredScenario,
  baselineChanges,
  scenariosToRun,
  testStateOf,
} from "../../../src/scenarios/evidence/test-state.ts";

const parts = fc.dictionary(fc.constantFrom("instructions", "model", "tools.a"), fc.constantFrom("1", "2"));
const scenarioParts = fc.dictionary(fc.constantFrom("turns.1", "expect"), fc.constantFrom("1", "2"), { minKeys: 1 });
const ids = ["a", "b", "c"];
const scenario = fc.record({
  parts: scenarioParts,
  repeat: fc.record({
    runs: fc.constantFrom(1, 5),
    pass: fc.constantFrom<PassRule>({ kind: "all" }, { kind: "any" }, { kind: "share", percent: 60 }),
  }),
  observe: fc.boolean(),
});
const declared: fc.Arbitrary<DeclaredAssistant> = fc.record({
  name: fc.constant("desk"),
  origin: fc.constantFrom("https://one.example", "https://two.example"),
  assistant: parts,
  scenarios: fc.dictionary(fc.constantFrom(...ids), scenario).map((each) => new Map(Object.entries(each))),
});
const status = fc.constantFrom<EvidenceStatus>("passed", "observed", "flaky", "failed", "inconclusive");
const shown: fc.Arbitrary<ScenarioEvidence> = fc.record({
  status,
  at: fc.constantFrom("2026-11-24T10:00:00.000Z", "2026-11-25T10:00:00.000Z"),
  run: fc.constant("2026-11-25T10-00-00-000Z"),
  playbill: fc.constant("0.1.0"),
  assistant: fc.constant("desk"),
  asked: fc.constantFrom(1, 5),
  counted: fc.constantFrom(0, 5),
  passed: fc.constantFrom(0, 3, 5),
  scenario: scenarioParts,
  paths: fc.constant(new Map([["-", 2]])),
  failures: fc.constantFrom(new Map<string, number>(), new Map([["turn 1: reply", 2]])),
  against: fc.constantFrom(null, { change: "stable" as const, counts: { passed: 4, counted: 5 } }),
  measures: fc.constant({ latency: { median: 12, interval: null }, tokens: null, cost: null }),
});
const evidence: fc.Arbitrary<Evidence> = fc
  .tuple(declared, fc.dictionary(fc.constantFrom(...ids), shown))
  .map(([{ origin, assistant }, scenarios]) =>
    withScenarios(
      noEvidence({ project: "desk", target: "live", origin, model: "gpt-4o-mini", assistant }),
      Object.entries(scenarios),
    ),
  );
const known = fc
  .array(evidence)
  .map((all) => Array.from(new Map(all.map((each) => [each.fingerprint + each.origin, each])).values()));

/** The evidence as it is when every scenario of an assistant has been run with it as it is. */
function afterRunning(each: DeclaredAssistant, all: readonly Evidence[], verdict: EvidenceStatus): Evidence[] {
  const empty = noEvidence({ project: "desk", target: "live", model: "gpt-4o-mini", ...each });
  const isHere = ({ fingerprint, origin }: Evidence) => fingerprint === empty.fingerprint && origin === each.origin;
  const before = all.find(isHere) ?? empty;
  const [one] = fc.sample(shown, 1) as [ScenarioEvidence];
  const later = [...each.scenarios].map(([id, { parts: scenario, repeat, observe }]) => {
    const status = verdict === "observed" && !observe ? "passed" : verdict;
    const counted = repeat.runs;
    const passed = verdict === "failed" ? 0 : counted;
    return [id, { ...one, scenario, asked: repeat.runs, counted, passed, status }] as const;
  });
  return [...all.filter((other) => other !== before), withScenarios(before, later)];
}

test("evidence is the same after it was written and read", () => {
  fc.assert(
    fc.property(evidence, (each) => {
      const states = [each, { ...each, target: "staging" }] as const;
      const text = evidenceText(states);
      expect(parseEvidence(text, each.fingerprint)).toEqual({ kind: "evidence", evidence: states });
      expect(parseEvidence(text, "0123456789abcdef").kind).toBe("damaged");
    }),
  );
});

test("an assistant is tested when every scenario that reaches it passed with it as it is, and only then", () => {
  fc.assert(
    fc.property(declared, known, fc.constantFrom<EvidenceStatus>("passed", "observed", "flaky"), (each, all, good) => {
      fc.pre(each.scenarios.size > 0);
      const state = testStateOf(each, all);
      const own = all.find(({ fingerprint, origin }) => fingerprint === state.fingerprint && origin === each.origin);
      const covers = ([id, { parts: now, repeat, observe }]: [string, DeclaredScenario]) => {
        const found = own?.scenarios.get(id);
        if (found === undefined || found.asked < repeat.runs || !isGood(found, repeat)) return false;
        if (found.status === "observed" && !observe) return false;
        return canonicalJson(found.scenario) === canonicalJson(now);
      };
      if (state.kind === "tested") expect([...each.scenarios].every(covers)).toBe(true);
      expect(testStateOf(each, afterRunning(each, all, good)).kind).toBe("tested");
      expect(testStateOf(each, afterRunning(each, all, "failed")).kind).toBe("failing");
    }),
  );
});

/** By the rule as it is now. */
function isGood({ status, asked, passed }: ScenarioEvidence, { pass }: Repeat): boolean {
  if (status === "observed" || status === "flaky") return true;
  if (status === "inconclusive") return false;
  return asked === 1 ? status === "passed" : passed >= neededRuns({ runs: asked, pass });
}

test("what has to be run is what is not known to pass, and nothing else", () => {
  fc.assert(
    fc.property(declared, known, (each, all) => {
      const state = testStateOf(each, all);
      const wanted = new Set(scenariosToRun(state));
      for (const id of wanted) expect(each.scenarios.has(id)).toBe(true);
      expect(wanted.size === 0).toBe(state.kind === "tested" || each.scenarios.size === 0);
    }),
  );
});

test("a change of what decides its behaviour makes a tested assistant stale, and the change is named", () => {
  fc.assert(
    fc.property(declared, known, (each, all) => {
      fc.pre(each.scenarios.size > 0);
      const tested = afterRunning(each, [], "passed");
      const changed = { ...each, assistant: { ...each.assistant, instructions: "other" } };
      expect(testStateOf(changed, tested)).toMatchObject({ kind: "stale", changed: ["instructions"] });
      const renamed = { ...each, assistant: { ...each.assistant, "metadata.team": "other" } };
      expect(
        testStateOf(renamed, [...tested, ...all.filter((one) => one.fingerprint !== tested[0]?.fingerprint)]).kind,
      ).toBe("tested");
    }),
  );
});

test("evidence of another target counts for nothing", () => {
  fc.assert(
    fc.property(declared, (each) => {
      const tested = afterRunning(each, [], "passed");
      expect(testStateOf({ ...each, origin: "https://three.example" }, tested).kind).toBe("untested");
    }),
  );
});

const counts = fc
  .tuple(fc.constantFrom(3, 10, 20), fc.nat({ max: 20 }))
  .map(([counted, passed]) => ({ counted, passed: Math.min(counted, passed) }));
const run = fc.record({
  before: fc.option(counts, { nil: null }),
  after: counts,
  pass: fc.constantFrom<PassRule>({ kind: "all" }, { kind: "share", percent: 60 }),
});

/** An assistant whose scenarios were run with a baseline, the evidence of that run, and the exit code that it had. */
function runAgainst(runs: readonly { before: Counts | null; after: Counts; pass: PassRule }[]) {
  const assistantParts = { instructions: "1" };
  const named = runs.map((each, index) => ({ id: `s${index}`, parts: { "turns.1": `${index}` }, ...each }));
  const declared: DeclaredAssistant = {
    name: "desk",
    origin: "https://one.example",
    assistant: assistantParts,
    scenarios: new Map(
      named.map(({ id, parts: own, after, pass }) => [
        id,
        { parts: own, repeat: { runs: after.counted, pass }, observe: false },
      ]),
    ),
  };
  const empty = { paths: new Map<string, number>(), measures: { latency: null, tokens: null, cost: null } };
  const statusOf = ({ after, pass }: (typeof named)[number]) =>
    after.passed >= neededRuns({ runs: after.counted, pass }) ? ("passed" as const) : ("failed" as const);
  const baseline = {
    project: "desk",
    target: "live",
    assistants: new Map(),
    scenarios: new Map(
      named.flatMap(({ id, parts: own, before }) =>
        before === null ? [] : [[id, { ...empty, ...before, assistant: "desk", scenario: own }]],
      ),
    ),
  };
  const samples = named.map((each) => ({
    id: each.id,
    assistant: "desk",
    status: statusOf(each),
    counts: each.after,
    early: false,
    fingerprint: { assistant: assistantParts, scenario: each.parts },
    paths: empty.paths,
    measures: empty.measures,
  }));
  const report = compareWithBaseline("b.json", baseline, samples, () => true);
  const failed = samples.filter((each) => each.status === "failed").length;
  const summary = { ...emptySummary, counts: { ...emptySummary.counts, failed }, baseline: report };
  const entries = new Map(report.scenarios.map((each) => [each.id, each]));
  const shownOf = (each: (typeof named)[number]): ScenarioEvidence => ({
    ...empty,
    ...each.after,
    assistant: "desk",
    scenario: each.parts,
    asked: each.after.counted,
    status: statusOf(each),
    failures: new Map(),
    against: null,
    at: "2026-11-25T10:00:00.000Z",
    run: "r",
    playbill: "0.1.0",
  });
  const evidenceOf = (isCompared: boolean) => [
    withScenarios(
      noEvidence({
        project: "desk",
        target: "live",
        model: "m",
        origin: declared.origin,
        assistant: assistantParts,
      }),
      named.map((each) => [each.id, isCompared ? againstBaseline(shownOf(each), entries.get(each.id)) : shownOf(each)]),
    ),
  ];
  return { declared, baseline, evidenceOf, exitCode: exitCodeOfRun(summary, false) };
}

test("with a baseline, what is tested is what a run with it ends with 0 for, whether the run compared it or not", () => {
  const ran = fc.array(run, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(ran, fc.boolean(), (runs, isCompared) => {
      const { declared: each, baseline, evidenceOf, exitCode } = runAgainst(runs);
      const known = evidenceOf(isCompared);
      const state = testStateOf(each, known, baselineChanges(baseline, [each], known));
      expect(state.kind).toBe(exitCode === 0 ? "tested" : "failing");
      if (state.kind === "failing") expect(state.failed.length + state.worse.length > 0).toBe(exitCode === 1);
      const [one] = known as [Evidence];
      const read = parseEvidence(evidenceText([one]), one.fingerprint);
      expect(read).toEqual({ kind: "evidence", evidence: [one] });
    }),
    { numRuns: 50 },
  );
});

test("what got worse in a run stays so until it is run again, or the baseline says otherwise, whatever it is seen together with", () => {
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 4 }), (runs) => {
      const worse = {
        before: { passed: 20, counted: 20 },
        after: { passed: 14, counted: 20 },
        pass: { kind: "all" },
      } as const;
      const alone = runAgainst([worse]);
      const [one] = alone.evidenceOf(true) as [Evidence];
      const together = runAgainst([worse, ...runs]);
      const known = together.evidenceOf(true).map((each) => withScenarios(each, one.scenarios));
      const stateWith = (baseline: Pick<Baseline, "scenarios">) =>
        testStateOf(together.declared, known, baselineChanges(baseline, [together.declared], known));
      expect(stateWith(together.baseline)).toMatchObject({ kind: "failing", worse: expect.arrayContaining(["s0"]) });
      const accepted = new Map(together.baseline.scenarios);
      accepted.set("s0", { ...accepted.get("s0")!, passed: 70, counted: 100 });
      const after = stateWith({ scenarios: accepted });
      expect(after.kind === "failing" && after.worse.includes("s0")).toBe(false);
    }),
    { numRuns: 30 },
  );
});
