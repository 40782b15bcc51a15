import type { IndexRow } from "../../../page-data/index-row.ts";
import { costOfTurns } from "../../record/cost.ts";
import type { RunRecord, TurnRecord } from "../../record/record.ts";
import { fullAttempts, type AttemptResult, type ScenarioResult } from "../../results/result.ts";

/** The row of a result in the list of a report. */
export function indexRow(result: ScenarioResult): IndexRow {
  const { id, name, file, status, tags, owner, assistant, time, repeat, record } = result;
  const reason = reasonOf(result);
  return {
    id,
    name,
    file,
    line: reason?.line ?? null,
    status,
    tags,
    owner,
    assistant,
    time,
    cost: costOfAll(result),
    passed: repeat?.passed ?? (goodRun(result) ? 1 : 0),
    counted: repeat?.counted ?? (goodRun(result) || status === "failed" ? 1 : 0),
    sentence: reason?.sentence ?? null,
    turn: reason?.turn ?? null,
    cause: reason === null ? null : causeOf(reason.sentence),
    change: null,
    before: null,
    p: null,
    tools: record === null ? [] : toolsIn(record),
    latencies: (record?.turns ?? []).filter(({ valid }) => valid).map(latencyOf),
  };
}

interface Reason {
  sentence: string;
  turn: number | null;
  line: number | null;
}

/** Why a scenario did not simply pass, from the attempt that shows it. */
function reasonOf(result: ScenarioResult): Reason | null {
  const { status, reason } = result;
  if (status === "passed" || status === "observed") return null;
  if (status === "skipped" || status === "not_run") return inWords(reason);
  const attempts = fullAttempts(result);
  const bad = attempts.findLast((attempt) => attempt.status === "failed") ?? attempts.at(-1);
  return (
    (status === "flaky" || status === "failed" || status === "inconclusive" || status === "quarantined"
      ? verdictReason(bad)
      : null) ??
    problemReason(bad) ??
    inWords(reason)
  );
}

function inWords(sentence: string | null): Reason | null {
  return sentence === null ? null : { sentence, turn: null, line: null };
}

function verdictReason(attempt: Required<AttemptResult> | undefined): Reason | null {
  const miss = attempt?.verdicts.find(({ pass, severity }) => !pass && severity === "gate");
  return miss === undefined ? null : { sentence: miss.sentence, turn: miss.turn, line: miss.place?.line ?? null };
}

function problemReason(attempt: Required<AttemptResult> | undefined): Reason | null {
  const found = attempt?.problems.find(({ severity }) => severity === "error");
  return found === undefined ? null : { sentence: found.message, turn: null, line: found.place?.line ?? null };
}

/** A sentence without its quoted values and numbers. */
export function causeOf(sentence: string): string {
  return sentence.replaceAll(
    /"(?:[^"\\]|\\.)*"|\{.*\}|\[.*\]|(?<=\s)\/(?:[^/\\]|\\.)+\/(?=\s|$)|\b\d+(?:[.,]\d+)*\b/gs,
    "…",
  );
}

function goodRun({ status }: ScenarioResult): boolean {
  return status === "passed" || status === "flaky";
}

function costOfAll({ record, attempts }: ScenarioResult): number | null {
  const records = attempts.flatMap((attempt) => (attempt.record === undefined ? record : attempt.record) ?? []);
  return costOfTurns(records.flatMap(({ turns }) => turns));
}

function toolsIn({ turns }: RunRecord): string[] {
  const names = turns.flatMap(({ calls, code, events }) => [
    ...calls.map(({ name }) => name),
    ...(code.length > 0 ? ["code_interpreter"] : []),
    ...(events.some(({ event }) => event.kind === "search") ? ["file_search"] : []),
  ]);
  return [...new Set(names)];
}

function latencyOf({ time: { total, delayed = 0 } }: TurnRecord): number {
  return Math.max(0, Math.round(total - delayed));
}
