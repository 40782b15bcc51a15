import { shortHashOf } from "../../kit/hash.ts";
import { compareText } from "../../kit/json.ts";
import { type BaselineScenario, scenarioOf } from "../baseline/baseline.ts";
import { sampleOf } from "../baseline/sample.ts";
import { type PartHashes, changedParts, seenParts } from "../fingerprint.ts";
import { type Repeat, certainVerdict } from "../results/pass-rule.ts";
import type { ScenarioResult } from "../results/result.ts";

/** An assistant as it was tested at one place. */
export interface TestedAssistant {
  project: string;
  target: string;
  /** The API and the account behind the target, as a lock has it. */
  origin: string;
  /** As the target calls it. */
  model: string;
  /** The parts that decide how it behaves. */
  assistant: PartHashes;
}

/** What tests showed of an assistant as it was then. */
export interface Evidence extends TestedAssistant {
  fingerprint: string;
  /** By id. */
  scenarios: ReadonlyMap<string, ScenarioEvidence>;
}

/** Verdicts that say something about an assistant. */
export type EvidenceStatus = "passed" | "observed" | "flaky" | "failed" | "inconclusive";

/** What one scenario showed, when it was run last. */
export interface ScenarioEvidence extends BaselineScenario {
  /** How many runs it was to have. */
  asked: number;
  status: EvidenceStatus;
  /** When the run began: ISO 8601. */
  at: string;
  /** The run's name. */
  run: string;
  /** The version of Playbill. */
  playbill: string;
}

/** The run that results are from. */
export type EvidenceRun = Pick<ScenarioEvidence, "at" | "run" | "playbill">;

/** Of all that decides how an assistant behaves: two that have the same one need not both be tested. */
export function fingerprintOf({ assistant }: Pick<TestedAssistant, "assistant">): string {
  return shortHashOf(seenParts(assistant));
}

/** Evidence without any scenario. */
export function noEvidence(tested: TestedAssistant): Evidence {
  const assistant = seenParts(tested.assistant);
  return { ...tested, assistant, fingerprint: fingerprintOf(tested), scenarios: new Map() };
}

/** What a result shows; `null` for one that says nothing about the assistant, and for one whose verdict does not count. */
export function evidenceIn(result: ScenarioResult, run: EvidenceRun): ScenarioEvidence | null {
  const status = counting(result.status);
  if (status === null || result.fingerprint === null) return null;
  return { ...scenarioOf(sampleOf(result)), asked: result.repeat?.asked ?? 1, status, ...run };
}

function counting(status: ScenarioResult["status"]): EvidenceStatus | null {
  switch (status) {
    case "passed":
    case "observed":
    case "flaky":
    case "failed":
    case "inconclusive":
      return status;
    case "errored":
    case "skipped":
    case "quarantined":
    case "not_run":
      return null;
  }
}

/** The evidence with what later runs showed; of a scenario that was run again, only that counts. */
export function withScenarios(evidence: Evidence, later: Iterable<readonly [string, ScenarioEvidence]>): Evidence {
  const all = [...new Map([...evidence.scenarios, ...later])];
  return { ...evidence, scenarios: new Map(all.toSorted(([one], [other]) => compareText(one, other))) };
}

/** What others tell that is not known yet, each with what is known of the same state at the same target: of each scenario the newest run counts. */
export function newerEvidence(known: readonly Evidence[], others: readonly Evidence[]): Evidence[] {
  const placeOf = ({ fingerprint, target }: Evidence) => `${fingerprint} ${target}`;
  const here = new Map(known.map((each) => [placeOf(each), each]));
  return others.flatMap((other) => {
    const own = here.get(placeOf(other));
    if (own === undefined) return [other];
    // A target that is another one by now: what was seen at the former says nothing of it.
    if (own.origin !== other.origin) return newestTime(other) > newestTime(own) ? [other] : [];
    const later = [...other.scenarios].filter(([id, { at }]) => at > (own.scenarios.get(id)?.at ?? ""));
    return later.length === 0 ? [] : [withScenarios(own, later)];
  });
}

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
  | { kind: "tested"; fingerprint: string; scenarios: number; since: string; model: string }
  /** It was tested as it is, and does not do what it should, or nobody knows whether it does. */
  | {
      kind: "failing";
      fingerprint: string;
      failed: string[];
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

/** Whether an assistant is tested as it is now, by all that is known of it and of how it was. */
export function testStateOf(declared: DeclaredAssistant, known: readonly Evidence[]): TestState {
  const fingerprint = fingerprintOf(declared);
  const here = known.filter(({ origin }) => origin === declared.origin);
  const own = here.find((each) => each.fingerprint === fingerprint);
  const ids = [...declared.scenarios.keys()];
  const verdicts = new Map([...declared.scenarios].map(([id, now]) => [id, verdictNow(own?.scenarios.get(id), now)]));
  const having = (verdict: VerdictNow) => ids.filter((id) => verdicts.get(id) === verdict);
  const [failed, undecided, missing] = [having("failed"), having("undecided"), having("unknown")];
  if (own !== undefined && ids.length > missing.length) {
    const shown = { fingerprint, since: earliest(own, ids), model: own.model };
    if (failed.length + undecided.length > 0) return { kind: "failing", ...shown, failed, undecided, missing };
    if (missing.length === 0) return { kind: "tested", ...shown, scenarios: ids.length };
    return { kind: "stale", ...shown, changed: [], missing };
  }
  const before = newestOf(here.filter((each) => isOf(each, declared.name)));
  if (before === null || ids.length === 0) return { kind: "untested", fingerprint, missing };
  const changed = changedParts(before.assistant, seenParts(declared.assistant));
  return { kind: "stale", fingerprint, changed, missing, since: newestTime(before), model: before.model };
}

/** The scenarios that have to pass before it is tested. */
export function scenariosToRun(state: TestState): string[] {
  if (state.kind === "tested") return [];
  return state.kind === "failing" ? [...state.failed, ...state.undecided, ...state.missing] : state.missing;
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

/** When the last of its scenarios was run. */
export function newestTime({ scenarios }: Evidence): string {
  return [...scenarios.values()].reduce((newest, { at }) => (at > newest ? at : newest), "");
}

/** When the one of these scenarios was run whose run is the longest ago. */
function earliest({ scenarios }: Evidence, ids: readonly string[]): string {
  const times = ids.flatMap((id) => scenarios.get(id)?.at ?? []);
  return times.toSorted(compareText)[0] ?? "";
}
