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
 * `failed`: because of something that the assistant did or did not do. `errored`: it could not be carried out, which tells nothing about the
 * assistant. `flaky`: it passed, but not at the first attempt. `observed`: nothing in it could fail. `inconclusive`: too few of its runs could be
 * carried out for a verdict. `quarantined`: it ran, but its verdict does not count. `not_run`: it never started, or was stopped on the way.
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
 * Two of these do not count, because they tell nothing about the assistant. `invalid`: the simulated user broke its instructions.
 * `inconclusive`: a gate could not be judged.
 */
export type AttemptStatus = "passed" | "failed" | "errored" | "invalid" | "inconclusive" | "not_run";

/** Statuses of scenarios in which nothing went wrong in the end. */
export const goodStatuses: ReadonlySet<ScenarioStatus> = new Set(["passed", "observed", "flaky"]);

/** The result of one scenario: plain JSON with everything that a report needs. */
export interface ScenarioResult {
  id: string;
  name: string;
  /** The scenario's file, relative to the project's root. */
  file: string;
  assistant: string;
  tags: readonly string[];
  owner: string | null;
  status: ScenarioStatus;
  /** Why it was skipped or not run. */
  reason: string | null;
  /** The number of turns of the scenario; the record may have fewer. */
  turns: number;
  /** The record of the attempt that shows the verdict: the first failed one if the scenario failed, else the last. */
  record: RunRecord | null;
  verdicts: PlacedVerdict[];
  /** Why it is errored, and warnings. */
  problems: Problem[];
  /** Every attempt, in order. The one that shows the verdict omits its record, verdicts and problems: they are those of the result. */
  attempts: AttemptResult[];
  /** The outcome of its runs; `null` for a scenario that runs once. */
  repeat: RepeatResult | null;
  /** Its verdict, and why it does not count; absent when it counts. */
  quarantine?: QuarantineResult;
  /** Milliseconds, all attempts together. */
  time: number;
  /** Hashes of what ran; `null` when unknown, as in results of older versions. */
  fingerprint: Fingerprint | null;
  /** Why a change affects it; absent when it was not asked for. */
  affected?: readonly string[];
  /** The point from which the replayed recording is stale; absent when nothing is stale. */
  stale?: Stale;
}

/** The number of an attempt. All numbers except `confirmation` count from 1. */
export interface AttemptNumber {
  /** 0 for the scenario's own runs; 1 or more for runs that confirm a failure. */
  confirmation: number;
  run: number;
  /** The attempt within its run; more than 1 after failures for reasons other than the assistant. */
  attempt: number;
}

/** The result of one attempt. */
export interface AttemptResult extends AttemptNumber {
  status: AttemptStatus;
  time: number;
  usage: Usage | null;
  record?: RunRecord | null;
  verdicts?: PlacedVerdict[];
  problems?: Problem[];
}

/** A verdict, with the place of the expectation if it does not hold. */
export type PlacedVerdict = Verdict & { place: Place | null };

/** An attempt at a scenario, with a record if a conversation could be opened. */
export interface Attempt {
  record: RunRecord | null;
  verdicts: Verdict[];
  problems: Problem[];
  /** True when it was interrupted. */
  interrupted: boolean;
  /** The point from which its recording could not be replayed. */
  stale?: Stale | undefined;
  /** Milliseconds. */
  time: number;
}

/** The status of an attempt. */
export function statusOf({ record, verdicts, problems, interrupted, stale }: Attempt): AttemptStatus {
  if (interrupted) return "not_run";
  if (problems.some(({ severity }) => severity === "error")) return "errored";
  if (hasFailedGate(verdicts)) return "failed";
  if (record?.broken !== undefined) return "invalid";
  if (stale !== undefined) return "not_run";
  const isUndecided = hasUndecidedGate(verdicts) || (record !== null && isNothingSaid(record));
  return isUndecided ? "inconclusive" : "passed";
}

/** The attempts of a result, each with its record, verdicts and problems. */
export function fullAttempts({ record, verdicts, problems, attempts }: ScenarioResult): Required<AttemptResult>[] {
  return attempts.map((attempt) => ({ ...attempt, ...within(attempt, { record, verdicts, problems }) }));
}

/** The contents of an attempt: its own, or those of the result. */
function within(
  attempt: AttemptResult,
  shown: Pick<ScenarioResult, "record" | "verdicts" | "problems">,
): Required<Pick<AttemptResult, "record" | "verdicts" | "problems">> {
  if (attempt.record === undefined) return shown;
  return { record: attempt.record, verdicts: attempt.verdicts ?? [], problems: attempt.problems ?? [] };
}
