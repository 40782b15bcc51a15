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
  /** What did not hold, as `turn 2: reply` or `world`, and in how many runs. */
  failures: ReadonlyMap<string, number>;
  /** How that is against the baseline that the run was compared with; `null` when it was compared with none, or that does not have it as it is. */
  against: AgainstBaseline | null;
  /** When the run began: ISO 8601. */
  at: string;
  /** The run's name. */
  run: string;
  /** The version of Playbill. */
  playbill: string;
}

/** What the runs of a scenario came to against those that a baseline has of it, which are `counts`. */
export interface AgainstBaseline {
  change: CountsChange["change"];
  counts: Counts;
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

/** When the last of its scenarios was run. */
export function newestTime({ scenarios }: Evidence): string {
  return [...scenarios.values()].reduce((newest, { at }) => (at > newest ? at : newest), "");
}

/** The same evidence of a scenario, with what a run's comparison with a baseline says of it. */
export function againstBaseline(shown: ScenarioEvidence, entry: BaselineEntry | undefined): ScenarioEvidence {
  if (entry?.before == null || entry.p === null) return shown;
  return isComparison(entry.change) ? { ...shown, against: { change: entry.change, counts: entry.before } } : shown;
}

function isComparison(change: BaselineEntry["change"]): change is CountsChange["change"] {
  return change !== "new" && change !== "rewritten" && change !== "gone";
}
