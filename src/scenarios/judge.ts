import { cutEnd } from "../kit/difference.ts";
import type { Path } from "../project/project.ts";
import type { RunRecord, TurnRecord } from "./record.ts";
import type { Scenario, Turn } from "./scenario.ts";
import { callsIn, scopeAfter, turnScope } from "./scope.ts";
import { judgeAnswers } from "./subjects/answers.ts";
import type { Evidence, Expectation } from "./subjects/subject.ts";
import { hasFailedGate, type Finding, type Verdict } from "./verdict.ts";

/**
 * What a record says about every expectation that could be judged. The same record gives the same verdicts, whenever it is judged;
 * whether a turn's gates hold depends on nothing that came after it.
 */
export function judge({ turns, problems }: RunRecord, scenario: Scenario): Verdict[] {
  const ofTurns = turns.flatMap((_, index) => judgeTurn(turns.slice(0, index + 1), scenario));
  const isWhole = turns.length === scenario.turns.length && problems.length === 0;
  return isWhole ? [...ofTurns, ...judgeConversation(turns, scenario)] : ofTurns;
}

/**
 * Verdicts on the last of the turns so far. A turn that could not be carried out has none; one that called what is forbidden,
 * or did not end as it had to, is judged by that alone, and by the mistakes that led there.
 */
export function judgeTurn(soFar: readonly TurnRecord[], scenario: Scenario): Verdict[] {
  const record = soFar.at(-1);
  const turn = record && scenario.turns[record.number - 1];
  if (record === undefined || turn === undefined || !record.valid) return [];
  const scope = { ...scenario.scope, ...scopeAfter(soFar), turn: turnScope(turn.number, turn.id) };
  const evidence: Evidence = { turns: [record], soFar, scope };
  const judge = (stage: Expectation["judged"]) => judgeAll(turn.expectations, stage, evidence, turn.number);
  const outer = judgeAll(scenario.expectations, "forbidden", evidence, turn.number);
  const forbidden = [...judge("forbidden"), ...outer.filter((verdict) => hasFailedGate([verdict]))];
  if (hasFailedGate(forbidden)) return forbidden;
  const first = [...judge("first"), ...forbidden];
  const ofCalls = judgeCalls(record, turn, scenario);
  if (!hasFailedGate(first)) return [...first, ...judge("rest"), ...ofCalls];
  // A call that nobody can answer is asked for again and again: it is the cause, and goes before what came of it.
  return record.error?.code === "too_many_tool_rounds" ? [...causes(ofCalls), ...first] : first;
}

/** The gates that failed, each once. */
function causes(verdicts: readonly Verdict[]): Verdict[] {
  const failed = verdicts.filter((verdict) => hasFailedGate([verdict]));
  return [...new Map(failed.map((verdict) => [verdict.sentence, verdict])).values()];
}

/** Verdicts on a conversation whose turns are all over. `calls` of its expressions is every call. */
export function judgeConversation(turns: readonly TurnRecord[], scenario: Scenario): Verdict[] {
  const scope = { ...scenario.scope, ...scopeAfter(turns), ...callsIn(turns) };
  const evidence: Evidence = { turns, soFar: turns, scope };
  return (["forbidden", "first", "rest"] as const).flatMap((stage) =>
    judgeAll(scenario.expectations, stage, evidence, null),
  );
}

function judgeAll(
  expectations: readonly Expectation[],
  stage: Expectation["judged"],
  evidence: Evidence,
  turn: number | null,
): Verdict[] {
  return expectations
    .filter(({ judged }) => judged === stage)
    .flatMap(({ subject, path, severity, judge }) =>
      judge(evidence).map((finding) => verdictOf(finding, { turn, subject, path, severity })),
    );
}

function judgeCalls(record: TurnRecord, turn: Turn, scenario: Scenario): Verdict[] {
  const about = { turn: turn.number, subject: "tools", path: turn.user.path, severity: "gate" } as const;
  return judgeAnswers(record, turn, scenario).map((finding) => verdictOf(finding, about));
}

/** A sentence may list all that is wrong with a large value. */
const longestSentence = 1_000;

function verdictOf(
  { at, pass, expected, actual, sentence, nearest, severity, shows, path }: Finding,
  about: { turn: number | null; subject: string; path: Path; severity: Verdict["severity"] },
): Verdict {
  return {
    ...about,
    path: path ?? about.path.concat(at),
    severity: severity ?? about.severity,
    pass,
    expected,
    actual,
    sentence: cutEnd(sentence, longestSentence),
    nearest: nearest ?? null,
    shows: shows ?? "nothing",
  };
}
