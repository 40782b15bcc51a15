import type { Place, Problem } from "../problem.ts";
import type { ExpandedScenario } from "./expand.ts";
import { judge } from "./judge.ts";
import { hasFailedGate, type Verdict } from "./judge/verdict.ts";
import type { RunRecord } from "./record.ts";

/** `errored`: it could not be carried out, which says nothing about the assistant. `not_run`: it was never begun, or stopped on the way. */
export type ScenarioStatus = "passed" | "failed" | "errored" | "skipped" | "not_run";

/** What became of one scenario: plain JSON, everything that a report needs. */
export interface ScenarioResult {
  id: string;
  name: string;
  /** The scenario's file, from the project's root. */
  file: string;
  assistant: string;
  tags: string[];
  owner: string | null;
  status: ScenarioStatus;
  /** Why it was skipped or not run. */
  reason: string | null;
  /** How many turns the scenario has; the record may hold fewer. */
  turns: number;
  record: RunRecord | null;
  verdicts: PlacedVerdict[];
  /** Why it is errored, and warnings. */
  problems: Problem[];
  /** How often it was tried; more than once after failures of the other side. */
  attempts: number;
  /** Milliseconds, all attempts together. */
  time: number;
}

/** A verdict, and where the expectation is written when it does not hold. */
export type PlacedVerdict = Verdict & { place: Place | null };

/** What was tried of a scenario: a record when a conversation could be opened. */
export interface Attempt {
  record: RunRecord | null;
  problems: Problem[];
  /** Somebody stopped it. */
  interrupted: boolean;
}

/** The result of a scenario that was played, or at least tried. */
export function resultOf(
  scenario: ExpandedScenario,
  { record, problems, interrupted }: Attempt,
  { attempts, time }: { attempts: number; time: number },
): ScenarioResult {
  const verdicts = record === null ? [] : judge(record, scenario);
  const errored = problems.some(({ severity }) => severity === "error");
  const status = interrupted ? "not_run" : errored ? "errored" : hasFailedGate(verdicts) ? "failed" : "passed";
  return {
    ...aboutOf(scenario),
    status,
    reason: interrupted ? "interrupted" : null,
    record,
    verdicts: verdicts.map((verdict) => placed(verdict, scenario)),
    problems,
    attempts,
    time,
  };
}

/** The result of a scenario that was left out. */
export function resultWithoutRun(
  scenario: ExpandedScenario,
  status: "skipped" | "not_run",
  reason: string,
): ScenarioResult {
  return { ...aboutOf(scenario), status, reason, record: null, verdicts: [], problems: [], attempts: 0, time: 0 };
}

function aboutOf({ id, name, declared: { file, value } }: ExpandedScenario) {
  const { assistant, tags = [], owner = null, turns } = value;
  return { id, name, file, assistant, tags, owner, turns: turns.length };
}

function placed(verdict: Verdict, { declared }: ExpandedScenario): PlacedVerdict {
  return Object.assign(verdict, { place: verdict.pass ? null : declared.place(verdict.path) });
}
