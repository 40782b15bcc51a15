import type { Place, Problem } from "../../../problem.ts";
import type {
  AttemptPage,
  PlacePage,
  ProblemPage,
  ScenarioPage,
  StagePage,
  TurnPage,
  VerdictPage,
} from "../../../page-data/scenario-page.ts";
import { showPath } from "../../matcher/json.ts";
import { costOfTurns } from "../../record/cost.ts";
import type { RunRecord, TurnRecord } from "../../record/record.ts";
import { fullAttempts, type AttemptResult, type PlacedVerdict, type ScenarioResult } from "../../results/result.ts";
import { comparisonOf } from "../comparison.ts";
import { attemptName, runsLine } from "../runs.ts";
import { turnNotes } from "../turn-notes.ts";
import { itemsOf } from "./turn-items.ts";

/** The page of a scenario in a report; `command` runs it again. */
export function scenarioPageOf(result: ScenarioResult, command: string): ScenarioPage {
  const { id, name, file, assistant, tags, owner, status, reason, turns, time, repeat } = result;
  return {
    id,
    name,
    file,
    assistant,
    tags,
    owner,
    status,
    reason,
    turns,
    time,
    command,
    runs: repeat === null ? null : runsLine(repeat),
    attempts: fullAttempts(result).map((attempt, index) =>
      attemptPage(attempt, attemptName(result.attempts[index] ?? attempt, result), turns),
    ),
    shown: Math.max(
      0,
      result.attempts.findIndex((attempt) => attempt.record === undefined),
    ),
  };
}

function attemptPage(
  { status, time, record, verdicts, problems }: Required<AttemptResult>,
  name: string,
  turns: number,
): AttemptPage {
  const played = record?.turns ?? [];
  return {
    name,
    status,
    time,
    cost: costOfTurns(played),
    tokens: tokensOf(played),
    opening: (record?.opening ?? []).map((message) =>
      message.role === "call"
        ? { role: "call", name: message.name, arguments: message.arguments, result: message.output }
        : message,
    ),
    turns: played.map(turnPage),
    verdicts: verdicts.map(verdictPage),
    problems: problems.map(problemPage),
    notes: record === null ? [] : notesOn(record, turns),
    stages: [...stagePage("setup", record?.setup), ...stagePage("teardown", record?.teardown)],
  };
}

function notesOn(record: RunRecord, turns: number): string[] {
  const { broken } = record;
  const ofUser =
    broken === undefined
      ? []
      : [`turn ${broken.turn}: the simulated user did not follow its instructions: ${broken.why}`];
  return [...turnNotes(record, turns), ...ofUser];
}

function tokensOf(turns: readonly TurnRecord[]): number | null {
  if (turns.length === 0 || turns.some(({ usage }) => usage === null)) return null;
  return turns.reduce((sum, { usage }) => sum + (usage?.total_tokens ?? 0), 0);
}

function stagePage(when: StagePage["when"], stage: RunRecord["setup"]): StagePage[] {
  return stage === undefined ? [] : [{ when, steps: stage.steps, saved: stage.saved }];
}

function turnPage(turn: TurnRecord): TurnPage {
  const { number, part = null, id, user, attachments = [], status, error, reason, model, usage, cost, time } = turn;
  return {
    number,
    part,
    id,
    user,
    attachments,
    status,
    model,
    cost,
    items: itemsOf(turn),
    why: error === null ? reason : `${error.code}: ${error.message}`,
    tokens: usage?.total_tokens ?? null,
    time: { total: time.total, firstToken: time.first_token, waited: time.waited, delayed: time.delayed ?? 0 },
    saved: turn.saved,
  };
}

function verdictPage(verdict: PlacedVerdict): VerdictPage {
  const { turn, subject, path, severity, pass, undecided, sentence, nearest, place } = verdict;
  return {
    turn,
    subject,
    path: showPath(path),
    severity,
    sentence,
    nearest,
    outcome: undecided === true ? "undecided" : pass ? "held" : "failed",
    comparison: pass ? null : comparisonOf(verdict),
    place: placePage(place),
  };
}

/** A problem in the form that a page shows. */
export function problemPage({ severity, code, message, hint, place }: Problem): ProblemPage {
  return { severity, code, message, hint: hint ?? null, place: placePage(place ?? null) };
}

function placePage(place: Place | null): PlacePage | null {
  return place === null ? null : { ...place };
}
