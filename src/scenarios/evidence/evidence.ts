import { shortHashOf } from "../../kit/hash.ts";
import { compareText } from "../../kit/json.ts";
import { type BaselineScenario, scenarioOf } from "../baseline/baseline.ts";
import type { BaselineEntry } from "../baseline/compare.ts";
import { sampleOf, sampledAttempts } from "../baseline/sample.ts";
import { type PartHashes, seenParts } from "../fingerprint.ts";
import type { ScenarioResult } from "../results/result.ts";
import type { CountsChange } from "../statistics/compare.ts";
import type { Counts } from "../statistics/fisher.ts";
import { type Verdict, hasFailedGate } from "../verdict.ts";

/** An assistant as it was tested at one target. */
export interface TestedAssistant {
  project: string;
  target: string;
  /** The API and the account behind the target, as in a lock file. */
  origin: string;
  /** The target's name for the model. */
  model: string;
  /** The parts that decide how it behaves. */
  assistant: PartHashes;
}

/** The test results for one state of an assistant. */
export interface Evidence extends TestedAssistant {
  fingerprint: string;
  /** By id. */
  scenarios: ReadonlyMap<string, ScenarioEvidence>;
}

/** Verdicts that tell something about an assistant. */
export type EvidenceStatus = "passed" | "observed" | "flaky" | "failed" | "inconclusive";

/** The evidence of one scenario from its last run. */
export interface ScenarioEvidence extends BaselineScenario {
  /** The number of runs that were requested. */
  asked: number;
  status: EvidenceStatus;
  /** The failed expectations, such as `turn 2: reply` or `world`, with the number of runs. */
  failures: ReadonlyMap<string, number>;
  /** The comparison with the baseline of the run; `null` when there was none, or it does not have this version of the scenario. */
  against: AgainstBaseline | null;
  /** When the run began: ISO 8601. */
  at: string;
  /** The run's name. */
  run: string;
  /** The version of Playbill. */
  playbill: string;
}

/** The outcome of a scenario's runs compared with a baseline, which has `counts`. */
export interface AgainstBaseline {
  change: CountsChange["change"];
  counts: Counts;
}

/** The run that results are from. */
export type EvidenceRun = Pick<ScenarioEvidence, "at" | "run" | "playbill">;

/** The hash of everything that decides how an assistant behaves: of two assistants with the same hash, only one needs to be tested. */
export function fingerprintOf({ assistant }: Pick<TestedAssistant, "assistant">): string {
  return shortHashOf(seenParts(assistant));
}

/** Evidence without any scenario. */
export function noEvidence(tested: TestedAssistant): Evidence {
  const assistant = seenParts(tested.assistant);
  return { ...tested, assistant, fingerprint: fingerprintOf(tested), scenarios: new Map() };
}

/** The evidence in a result; `null` for one that tells nothing about the assistant, or whose verdict does not count. */
export function evidenceIn(result: ScenarioResult, run: EvidenceRun): ScenarioEvidence | null {
  const status = counting(result.status);
  if (status === null || result.fingerprint === null) return null;
  const asked = result.repeat?.asked ?? 1;
  return { ...scenarioOf(sampleOf(result)), asked, status, failures: failuresIn(result), against: null, ...run };
}

function failuresIn(result: ScenarioResult): Map<string, number> {
  const failed = sampledAttempts(result).flatMap(({ verdicts }) =>
    Array.from(new Set(verdicts.filter((each) => hasFailedGate([each])).map(placeOf))),
  );
  const counts = [...Map.groupBy(failed, (place) => place)].map(([place, all]) => [place, all.length] as const);
  return new Map(counts.toSorted(([one], [other]) => compareText(one, other)));
}

function placeOf({ turn, subject }: Pick<Verdict, "turn" | "subject">): string {
  return turn === null ? subject : `turn ${turn}: ${subject}`;
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

/** The evidence updated by later runs; a later run of a scenario replaces the earlier one. */
export function withScenarios(evidence: Evidence, later: Iterable<readonly [string, ScenarioEvidence]>): Evidence {
  const all = [...new Map([...evidence.scenarios, ...later])];
  return { ...evidence, scenarios: new Map(all.toSorted(([one], [other]) => compareText(one, other))) };
}

/** The evidence in `others` that is not yet known, merged with what is known about the same state at the same target; the newest run of each scenario counts. */
export function newerEvidence(known: readonly Evidence[], others: readonly Evidence[]): Evidence[] {
  const placeOf = ({ fingerprint, target }: Evidence) => `${fingerprint} ${target}`;
  const here = new Map(known.map((each) => [placeOf(each), each]));
  return others.flatMap((other) => {
    const own = here.get(placeOf(other));
    if (own === undefined) return [other];
    // The target has a different origin now: evidence from the former one does not apply.
    if (own.origin !== other.origin) return newestTime(other) > newestTime(own) ? [other] : [];
    const later = [...other.scenarios].filter(([id, { at }]) => at > (own.scenarios.get(id)?.at ?? ""));
    return later.length === 0 ? [] : [withScenarios(own, later)];
  });
}

/** The time of its most recent scenario run. */
export function newestTime({ scenarios }: Evidence): string {
  return [...scenarios.values()].reduce((newest, { at }) => (at > newest ? at : newest), "");
}

/** The evidence of a scenario, with the run's comparison with a baseline. */
export function againstBaseline(shown: ScenarioEvidence, entry: BaselineEntry | undefined): ScenarioEvidence {
  if (entry?.before == null || entry.p === null) return shown;
  return isComparison(entry.change) ? { ...shown, against: { change: entry.change, counts: entry.before } } : shown;
}

function isComparison(change: BaselineEntry["change"]): change is CountsChange["change"] {
  return change !== "new" && change !== "rewritten" && change !== "gone";
}
