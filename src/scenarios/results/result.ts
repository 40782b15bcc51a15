import type { Place, Problem } from "../../problem.ts";
import type { Fingerprint } from "../fingerprint.ts";
import type { Usage } from "../../targets/target.ts";
import type { QuarantineResult } from "./quarantined.ts";
import type { RepeatResult } from "./repeat-result.ts";
import type { Stale } from "../recording/stale.ts";
import type { RunRecord } from "../record/record.ts";
import { isNothingSaid } from "../execution/left-out.ts";
import { hasFailedGate, hasUndecidedGate, type Verdict } from "../verdict.ts";

/**
 * `failed`: something that the assistant did or left undone. `errored`: it could not be carried out, which says nothing about the assistant.
 * `flaky`: it passed, but not at the first attempt. `observed`: nothing in it could fail. `inconclusive`: too few of its runs could be carried
 * out for a verdict. `quarantined`: it was run, and its verdict does not count. `not_run`: it was never begun, or stopped on the way.
 */
export type ScenarioStatus =
  | "passed"
  | "observed"
  | "flaky"
  | "failed"
  | "errored"
  | "inconclusive"
  | "skipped"
  | "quarantined"
  | "not_run";

/**
 * Two of them do not count, because they say nothing about the assistant. `invalid`: what played the user broke its instructions.
 * `inconclusive`: something that must hold could not be judged.
 */
export type AttemptStatus = "passed" | "failed" | "errored" | "invalid" | "inconclusive" | "not_run";

/** Statuses of scenarios in which nothing went wrong in the end. */
export const goodStatuses: ReadonlySet<ScenarioStatus> = new Set(["passed", "observed", "flaky"]);

/** What became of one scenario: plain JSON, everything that a report needs. */
export interface ScenarioResult {
  id: string;
  name: string;
  /** The scenario's file, from the project's root. */
  file: string;
  assistant: string;
  tags: readonly string[];
  owner: string | null;
  status: ScenarioStatus;
  /** Why it was skipped or not run. */
  reason: string | null;
  /** How many turns the scenario has; the record may hold fewer. */
  turns: number;
  /** What happened in the attempt that shows the verdict: the first that failed when it failed, else the last. */
  record: RunRecord | null;
  verdicts: PlacedVerdict[];
  /** Why it is errored, and warnings. */
  problems: Problem[];
  /** Every attempt, in order. The one that shows the verdict has no record, verdicts and problems of its own: they are those of the result. */
  attempts: AttemptResult[];
  /** What its runs came to; `null` when it was to be run once. */
  repeat: RepeatResult | null;
  /** Why its verdict does not count, and which it is; absent when it counts. */
  quarantine?: QuarantineResult;
  /** Milliseconds, all attempts together. */
  time: number;
  /** What was run, as hashes; `null` when nobody knows, as of results of an older version. */
  fingerprint: Fingerprint | null;
  /** Why a change touches it; absent when nobody asked. */
  affected?: readonly string[];
  /** From where on the recording that was replayed is stale; absent when nothing was. */
  stale?: Stale;
}

/** Which attempt it is. All numbers but the first are from 1. */
export interface AttemptNumber {
  /** 0 for the scenario's own runs; 1 and more for those that were made to confirm a failure. */
  confirmation: number;
  run: number;
  /** In its run; more than one after something else than the assistant failed. */
  attempt: number;
}

/** What became of one attempt. */
export interface AttemptResult extends AttemptNumber {
  status: AttemptStatus;
  time: number;
  usage: Usage | null;
  record?: RunRecord | null;
  verdicts?: PlacedVerdict[];
  problems?: Problem[];
}

/** A verdict, and where the expectation is written when it does not hold. */
export type PlacedVerdict = Verdict & { place: Place | null };

/** What was tried of a scenario: a record when a conversation could be opened. */
export interface Attempt {
  record: RunRecord | null;
  verdicts: Verdict[];
  problems: Problem[];
  /** Somebody stopped it. */
  interrupted: boolean;
  /** From where on its recording could not be played. */
  stale?: Stale | undefined;
  /** Milliseconds. */
  time: number;
}

/** What an attempt came to. */
export function statusOf({ record, verdicts, problems, interrupted, stale }: Attempt): AttemptStatus {
  if (interrupted) return "not_run";
  if (problems.some(({ severity }) => severity === "error")) return "errored";
  if (hasFailedGate(verdicts)) return "failed";
  if (record?.broken !== undefined) return "invalid";
  if (stale !== undefined) return "not_run";
  const isUndecided = hasUndecidedGate(verdicts) || (record !== null && isNothingSaid(record));
  return isUndecided ? "inconclusive" : "passed";
}

/** The attempts of a result, each with what happened in it. */
export function fullAttempts({ record, verdicts, problems, attempts }: ScenarioResult): Required<AttemptResult>[] {
  return attempts.map((attempt) => ({ ...attempt, ...within(attempt, { record, verdicts, problems }) }));
}

/** What happened in an attempt: what it has of its own, or what the result has. */
function within(
  attempt: AttemptResult,
  shown: Pick<ScenarioResult, "record" | "verdicts" | "problems">,
): Required<Pick<AttemptResult, "record" | "verdicts" | "problems">> {
  if (attempt.record === undefined) return shown;
  return { record: attempt.record, verdicts: attempt.verdicts ?? [], problems: attempt.problems ?? [] };
}
