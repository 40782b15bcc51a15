import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type DeclaredAssistant,
  type DeclaredScenario,
  type Evidence,
  type EvidenceStatus,
  type ScenarioEvidence,
  noEvidence,
  scenariosToRun,
  testStateOf,
  withScenarios,
} from "../../../src/scenarios/evidence/evidence.ts";
import { canonicalJson } from "../../../src/kit/json.ts";
import { type PassRule, type Repeat, neededRuns } from "../../../src/scenarios/results/pass-rule.ts";
import { evidenceText, parseEvidence } from "../../../src/scenarios/evidence/evidence-json.ts";

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
