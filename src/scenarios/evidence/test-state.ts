import { compareText } from "../../kit/json.ts";
import type { Baseline } from "../baseline/baseline.ts";
import { type CountedScenario, baselineOf, changesSince } from "../baseline/compare.ts";
import { type PartHashes, changedParts, seenParts } from "../fingerprint.ts";
import { type Repeat, certainVerdict } from "../results/pass-rule.ts";
import type { CountsChange } from "../statistics/compare.ts";
import type { Counts } from "../statistics/fisher.ts";
import { type Evidence, type ScenarioEvidence, fingerprintOf, newestTime } from "./evidence.ts";

/** An assistant as the files declare it, with the scenarios that reach it and whose verdict counts. */
export interface DeclaredAssistant {
  name: string;
  origin: string;
  assistant: PartHashes;
  /** By id. */
  scenarios: ReadonlyMap<string, DeclaredScenario>;
}

/** A scenario as the files have it. */
export interface DeclaredScenario {
  parts: PartHashes;
  /** How many runs it is to have, and how many have to pass. */
  repeat: Repeat;
  /** Nothing that is expected of it can fail. */
  observe: boolean;
}

/** Whether an assistant is tested as the files declare it. */
export type TestState =
  | {
      kind: "tested";
      fingerprint: string;
      scenarios: number;
      /** Those that fail by their own rule, and no more often than the baseline says that they do. */
      excused: string[];
      since: string;
      model: string;
    }
  /** It was tested as it is, and does not do what it should, or nobody knows whether it does. */
  | {
      kind: "failing";
      fingerprint: string;
      failed: string[];
      /** Those that pass less often than the baseline says, and that is not chance. */
      worse: string[];
      undecided: string[];
      missing: string[];
      since: string;
      model: string;
    }
  /**
   * Something else was tested: `changed` parts of the assistant are other ones. `missing` are scenarios that were not run with it, or not as
   * they are now.
   */
  | { kind: "stale"; fingerprint: string; changed: string[]; missing: string[]; since: string; model: string }
  /** No scenario reaches it, or none was ever run with it. */
  | { kind: "untested"; fingerprint: string; missing: string[] }
  /** A plan would leave fields of it as they are at the target, not as they are declared: whatever was tested is not what would be there. */
  | { kind: "unlike"; fingerprint: string; left: readonly string[]; missing: [] };

/**
 * Whether an assistant is tested as it is now, by all that is known of it and of how it was; `changes` is how its scenarios did against the
 * baseline, by id.
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

/** What is known of an assistant as it is. */
function ownEvidence(declared: DeclaredAssistant, known: readonly Evidence[]): Evidence | undefined {
  const fingerprint = fingerprintOf(declared);
  return known.find((each) => each.origin === declared.origin && each.fingerprint === fingerprint);
}

/** The scenarios that have to pass before it is tested. */
export function scenariosToRun(state: TestState): string[] {
  if (state.kind === "tested") return [];
  if (state.kind !== "failing") return state.missing;
  return [...state.failed, ...state.worse, ...state.undecided, ...state.missing];
}

/** How scenarios did against a baseline that has them as they are, by id. */
export type BaselineChanges = ReadonlyMap<string, CountsChange["change"]>;

/**
 * How the scenarios of these assistants did against a baseline, as far as they were run with them as they are. What a run found counts for as long
 * as the baseline has the same of the scenario; what was compared with nothing, or with another one, is compared here, all together.
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
      // Runs that end at the first failure always have one more failure than those before them.
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

/** The verdict with what a baseline says, as the exit code of `test` has it: what it knows fails by getting worse, not by its own rule. */
function judged(verdict: VerdictNow, change: CountsChange["change"] | undefined): Judged {
  if (change === undefined || verdict === "unknown") return verdict;
  if (change === "regression") return "worse";
  if (verdict !== "failed") return verdict;
  return change === "insufficient" ? "undecided" : "excused";
}

type VerdictNow = "passed" | "failed" | "undecided" | "unknown";

/** What the runs of a scenario come to as it is now; `unknown`: it was not run so, or not as often as it asks for. */
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
      // How many have to pass may have been another number when they were run.
      return certainVerdict({ ...repeat, runs: asked }, { passed, failed: counted - passed }) ?? "unknown";
  }
}

function isOf({ scenarios }: Evidence, name: string): boolean {
  return [...scenarios.values()].some(({ assistant }) => assistant === name);
}

function newestOf(all: readonly Evidence[]): Evidence | null {
  return all.toSorted((one, other) => compareText(newestTime(other), newestTime(one)))[0] ?? null;
}

/** When the one of these scenarios was run whose run is the longest ago. */
function earliest({ scenarios }: Evidence, ids: readonly string[]): string {
  const times = ids.flatMap((id) => scenarios.get(id)?.at ?? []);
  return times.toSorted(compareText)[0] ?? "";
}
