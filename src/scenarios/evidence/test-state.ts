import { compareText } from "../../kit/json.ts";
import type { Baseline } from "../baseline/baseline.ts";
import { type CountedScenario, baselineOf, changesSince } from "../baseline/compare.ts";
import { type PartHashes, changedParts, seenParts } from "../fingerprint.ts";
import { type Repeat, certainVerdict } from "../results/pass-rule.ts";
import type { CountsChange } from "../statistics/compare.ts";
import type { Counts } from "../statistics/fisher.ts";
import { type Evidence, type ScenarioEvidence, fingerprintOf, newestTime } from "./evidence.ts";

/** An assistant as the files declare it, with the scenarios that use it and whose verdict counts. */
export interface DeclaredAssistant {
  name: string;
  origin: string;
  assistant: PartHashes;
  /** By id. */
  scenarios: ReadonlyMap<string, DeclaredScenario>;
}

/** A scenario as in the files. */
export interface DeclaredScenario {
  parts: PartHashes;
  /** The number of runs, and how many must pass. */
  repeat: Repeat;
  /** True when none of its expectations can fail it. */
  observe: boolean;
}

/** The state of testing of an assistant in the form that the files declare. */
export type TestState =
  | {
      kind: "tested";
      fingerprint: string;
      scenarios: number;
      /** Scenarios that fail by their own verdict, but no more often than in the baseline. */
      excused: string[];
      since: string;
      model: string;
    }
  /** It was tested in its current form, and failed or is undecided. */
  | {
      kind: "failing";
      fingerprint: string;
      failed: string[];
      /** Scenarios that pass significantly less often than in the baseline. */
      worse: string[];
      undecided: string[];
      missing: string[];
      since: string;
      model: string;
    }
  /**
   * A different state was tested: the `changed` parts of the assistant differ. `missing` are scenarios that were not run with it, or not in
   * their current form.
   */
  | { kind: "stale"; fingerprint: string; changed: string[]; missing: string[]; since: string; model: string }
  /** No scenario uses it, or none was ever run with it. */
  | { kind: "untested"; fingerprint: string; missing: string[] }
  /** A plan would keep fields as they are at the target instead of as declared, so the tested assistant is not the one that would be deployed. */
  | { kind: "unlike"; fingerprint: string; left: readonly string[]; missing: [] };

/**
 * The test state of an assistant, from all evidence about its current and earlier forms; `changes` are the comparisons of its scenarios with
 * the baseline, by id.
 */
export function testStateOf(
  declared: DeclaredAssistant,
  known: readonly Evidence[],
  changes: BaselineChanges = new Map(),
): TestState {
  const fingerprint = fingerprintOf(declared);
  const here = known.filter(({ origin }) => origin === declared.origin);
  const own = ownEvidence(declared, known);
  const ids = [...declared.scenarios.keys()];
  const verdicts = new Map(
    [...declared.scenarios].map(([id, now]) => [id, judged(verdictNow(own?.scenarios.get(id), now), changes.get(id))]),
  );
  const having = (verdict: Judged) => ids.filter((id) => verdicts.get(id) === verdict);
  const [failed, worse, undecided, missing] = [
    having("failed"),
    having("worse"),
    having("undecided"),
    having("unknown"),
  ];
  if (own !== undefined && ids.length > missing.length) {
    const shown = { fingerprint, since: earliest(own, ids), model: own.model };
    if (failed.length + worse.length + undecided.length > 0) {
      return { kind: "failing", ...shown, failed, worse, undecided, missing };
    }
    if (missing.length === 0) return { kind: "tested", ...shown, scenarios: ids.length, excused: having("excused") };
    return { kind: "stale", ...shown, changed: [], missing };
  }
  const before = newestOf(here.filter((each) => isOf(each, declared.name)));
  if (before === null || ids.length === 0) return { kind: "untested", fingerprint, missing };
  const changed = changedParts(before.assistant, seenParts(declared.assistant));
  return { kind: "stale", fingerprint, changed, missing, since: newestTime(before), model: before.model };
}

/** The evidence about the current form of an assistant. */
function ownEvidence(declared: DeclaredAssistant, known: readonly Evidence[]): Evidence | undefined {
  const fingerprint = fingerprintOf(declared);
  return known.find((each) => each.origin === declared.origin && each.fingerprint === fingerprint);
}

/** The scenarios that must pass before it counts as tested. */
export function scenariosToRun(state: TestState): string[] {
  if (state.kind === "tested") return [];
  if (state.kind !== "failing") return state.missing;
  return [...state.failed, ...state.worse, ...state.undecided, ...state.missing];
}

/** The comparisons of scenarios with a baseline that has their current version, by id. */
export type BaselineChanges = ReadonlyMap<string, CountsChange["change"]>;

/**
 * The comparisons of these assistants' scenarios with a baseline, for scenarios that ran with the current form. The comparison of a run counts as
 * long as the baseline is unchanged for the scenario; scenarios without a valid comparison are compared here, all together.
 */
export function baselineChanges(
  baseline: Pick<Baseline, "scenarios">,
  all: readonly DeclaredAssistant[],
  known: readonly Evidence[],
): BaselineChanges {
  const found = new Map<string, CountsChange["change"]>();
  const others = new Map<string, CountedScenario>();
  const cut = new Set<string>();
  for (const declared of all) {
    const own = ownEvidence(declared, known);
    for (const [id, now] of declared.scenarios) {
      const shown = own?.scenarios.get(id);
      const before = baselineOf(baseline, id, now.parts);
      if (shown === undefined || before === null) continue;
      const verdict = verdictNow(shown, now);
      const { against, scenario, passed, counted, asked } = shown;
      if (verdict === "unknown") continue;
      if (against !== null && isSame(against.counts, before)) found.set(id, against.change);
      else others.set(id, { counts: { passed, counted }, scenario });
      // Runs that stop at the first failure always have one failure more, which biases the counts.
      if (verdict === "failed" && counted < asked && !found.has(id)) cut.add(id);
    }
  }
  for (const [id, { change }] of changesSince(baseline, others)) found.set(id, cut.has(id) ? "insufficient" : change);
  return found;
}

function isSame(one: Counts, other: Counts): boolean {
  return one.passed === other.passed && one.counted === other.counted;
}

type Judged = VerdictNow | "worse" | "excused";

/** The verdict corrected by a baseline, like the exit code of `test`: a scenario in the baseline fails by getting worse, not by its own verdict. */
function judged(verdict: VerdictNow, change: CountsChange["change"] | undefined): Judged {
  if (change === undefined || verdict === "unknown") return verdict;
  if (change === "regression") return "worse";
  if (verdict !== "failed") return verdict;
  return change === "insufficient" ? "undecided" : "excused";
}

type VerdictNow = "passed" | "failed" | "undecided" | "unknown";

/** The verdict on the current form of a scenario; `unknown` when it was not run in this form, or not as many times as required. */
function verdictNow(known: ScenarioEvidence | undefined, { parts, repeat, observe }: DeclaredScenario): VerdictNow {
  if (known?.scenario == null || known.asked < repeat.runs) return "unknown";
  if (changedParts(known.scenario, parts).length > 0) return "unknown";
  const { status, asked, passed, counted } = known;
  switch (status) {
    case "observed":
      return observe ? "passed" : "unknown";
    case "flaky":
      return "passed";
    case "inconclusive":
      return "undecided";
    case "passed":
    case "failed":
      if (asked === 1) return status;
      // The number that must pass may have been different when they ran.
      return certainVerdict({ ...repeat, runs: asked }, { passed, failed: counted - passed }) ?? "unknown";
  }
}

function isOf({ scenarios }: Evidence, name: string): boolean {
  return [...scenarios.values()].some(({ assistant }) => assistant === name);
}

function newestOf(all: readonly Evidence[]): Evidence | null {
  return all.toSorted((one, other) => compareText(newestTime(other), newestTime(one)))[0] ?? null;
}

/** The time of the earliest run among these scenarios. */
function earliest({ scenarios }: Evidence, ids: readonly string[]): string {
  const times = ids.flatMap((id) => scenarios.get(id)?.at ?? []);
  return times.toSorted(compareText)[0] ?? "";
}
