import type { Place, Problem } from "../problem.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { RunRecord } from "./record.ts";
import type { Scenario } from "./scenario.ts";
import { hasFailedGate, type Verdict } from "./verdict.ts";

/**
 * `failed`: something that the assistant did or left undone. `errored`: it could not be carried out, which says nothing about the assistant.
 * `flaky`: it passed, but not at the first attempt. `observed`: nothing in it could fail. `not_run`: it was never begun, or stopped on the way.
 */
export type ScenarioStatus = "passed" | "observed" | "flaky" | "failed" | "errored" | "skipped" | "not_run";

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
  /** What happened in the last attempt. */
  record: RunRecord | null;
  verdicts: PlacedVerdict[];
  /** Why it is errored, and warnings. */
  problems: Problem[];
  /** Every attempt, the last one last; more than one after failures of the other side. */
  attempts: AttemptResult[];
  /** Milliseconds, all attempts together. */
  time: number;
  /** What was run, as hashes; `null` when nobody knows, as of results of an older version. */
  fingerprint: Fingerprint | null;
}

/** What became of one attempt. Record, verdicts and problems of the last one are those of the result. */
export interface AttemptResult {
  status: ScenarioStatus;
  time: number;
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
  /** Milliseconds. */
  time: number;
}

/** What an attempt came to. */
export function statusOf({ verdicts, problems, interrupted }: Attempt): ScenarioStatus {
  if (interrupted) return "not_run";
  if (problems.some(({ severity }) => severity === "error")) return "errored";
  return hasFailedGate(verdicts) ? "failed" : "passed";
}

/** The result of a scenario that was run, or at least tried; `attempts` in their order. */
export function resultOf(scenario: Scenario, attempts: readonly [...Attempt[], Attempt], time: number): ScenarioResult {
  const earlier = attempts.slice(0, -1);
  const last = attempts[attempts.length - 1] as Attempt;
  const { record, problems, interrupted } = last;
  const status = statusOf(last);
  return {
    ...aboutOf(scenario),
    status: status !== "passed" ? status : scenario.observe ? "observed" : earlier.length > 0 ? "flaky" : "passed",
    reason: interrupted ? "interrupted" : null,
    record,
    verdicts: placed(last, scenario),
    problems,
    attempts: [
      ...earlier.map((attempt) => ({
        status: statusOf(attempt),
        time: attempt.time,
        record: attempt.record,
        verdicts: placed(attempt, scenario),
        problems: attempt.problems,
      })),
      { status, time: last.time },
    ],
    time,
  };
}

/** The result of a scenario that was left out. */
export function resultWithoutRun(scenario: Scenario, status: "skipped" | "not_run", reason: string): ScenarioResult {
  return { ...aboutOf(scenario), status, reason, record: null, verdicts: [], problems: [], attempts: [], time: 0 };
}

function aboutOf({ id, name, file, assistant, tags, owner, turns }: Scenario) {
  return { id, name, file, assistant, tags, owner, turns: turns.length, fingerprint: null };
}

function placed({ verdicts }: Attempt, { place }: Scenario): PlacedVerdict[] {
  return verdicts.map((verdict) => ({ ...verdict, place: verdict.pass ? null : place(verdict.path) }));
}
