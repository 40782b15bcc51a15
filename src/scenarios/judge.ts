import { cutEnd } from "../kit/difference.ts";
import type { Path } from "../project/project.ts";
import { asItIs, openAsks, type Ask, type Opinions, type RedactJson } from "./asking/ask.ts";
import type { RunRecord, TurnRecord } from "./record/record.ts";
import type { Scenario, Turn } from "./scenario.ts";
import { isOver, judgeLeftOut } from "./execution/left-out.ts";
import { callsIn, scopeAfter, turnScope } from "./record/scope.ts";
import { mergedTurn, partsOfLast } from "./simulation/merged-turn.ts";
import { judgeAnswers } from "./subjects/answers.ts";
import type { Evidence, Expectation } from "./subjects/subject.ts";
import { hasFailedGate, type Finding, type Verdict } from "./verdict.ts";

/**
 * The verdicts of a record on every expectation that could be judged. The same record always gives the same verdicts; whether a turn's
 * gates hold does not depend on later turns.
 */
export function judge(record: RunRecord, written: Scenario, redactJson = asItIs): Verdict[] {
  const scenario = asRecorded(written, record);
  const { turns, leftOut = [], simulated = [], opinions, problems } = record;
  const ofTurns = [
    ...turns.map(({ number }, index) => ({
      number,
      verdicts: judgeTurn(turns.slice(0, index + 1), scenario, opinions, redactJson),
    })),
    ...simulated.map(({ turn: number }) => ({
      number,
      verdicts: judgeSimulated(
        turns.slice(0, turns.findLastIndex((turn) => turn.number === number) + 1),
        scenario,
        opinions,
        redactJson,
      ),
    })),
    ...leftOut.map((turn) => ({ number: turn.number, verdicts: judgeLeftOut(turn, scenario) })),
  ]
    .toSorted((one, other) => one.number - other.number)
    .flatMap(({ verdicts }) => verdicts);
  const isWhole = isOver(record, scenario) && problems.length === 0;
  return isWhole ? [...ofTurns, ...judgeConversation(turns, scenario, opinions, redactJson)] : ofTurns;
}

/** A scenario whose expressions read the values that setup saved when it was recorded. */
export function asRecorded(scenario: Scenario, { setup }: Pick<RunRecord, "setup">): Scenario {
  return setup === undefined ? scenario : { ...scenario, saved: setup.saved };
}

/**
 * The verdicts on the last of the turns so far. A turn that could not be carried out has none. A turn that made a forbidden call, or did not
 * end as required, is judged only by that and by the mistakes that led to it.
 */
export function judgeTurn(
  soFar: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions = {},
  redactJson = asItIs,
): Verdict[] {
  return assessTurn(soFar, scenario, opinions, redactJson).verdicts;
}

/** The questions to ask before the last of the turns so far can be judged; an answer may lead to further questions. */
export function asksOfTurn(
  soFar: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions,
  redactJson = asItIs,
): Ask[] {
  return assessTurn(soFar, scenario, opinions, redactJson).asks;
}

/** The verdicts on the entire exchange with a simulated user that finished with the last of the turns so far. */
export function judgeSimulated(
  soFar: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions = {},
  redactJson = asItIs,
): Verdict[] {
  return assessSimulated(soFar, scenario, opinions, redactJson).verdicts;
}

/** The questions to ask before that exchange can be judged. */
export function asksOfSimulated(
  soFar: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions,
  redactJson = asItIs,
): Ask[] {
  return assessSimulated(soFar, scenario, opinions, redactJson).asks;
}

interface Assessment {
  verdicts: Verdict[];
  asks: Ask[];
}

const nothing: Assessment = { verdicts: [], asks: [] };

/** Assesses one part of a simulated user's turn by the expectations of `each`. */
function assessTurn(
  soFar: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions,
  redactJson: RedactJson,
): Assessment {
  const record = soFar.at(-1);
  const turn = record && scenario.turns[record.number - 1];
  if (record === undefined || turn === undefined || !record.valid) return nothing;
  const expectations = record.part === undefined ? turn.expectations : turn.each;
  const scope = { ...scopeAfter(scenario, soFar), turn: turnScope(turn.number, turn.id) };
  const worldBefore = soFar.at(-2)?.world ?? scenario.world;
  const evidence: Evidence = {
    turns: [record],
    soFar,
    scope,
    worldBefore,
    opening: scenario.opening,
    opinions,
    redactJson,
  };
  return assess(record, turn, expectations, evidence, scenario, judgeCalls(record, turn, scenario));
}

function assessSimulated(
  soFar: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions,
  redactJson: RedactJson,
): Assessment {
  const { before, parts } = partsOfLast(soFar);
  const [first, ...more] = parts;
  const turn = first && scenario.turns[first.number - 1];
  if (first === undefined || turn === undefined || parts.some(({ valid }) => !valid)) return nothing;
  const record = mergedTurn([first, ...more]);
  const scope = { ...scopeAfter(scenario, [...before, record]), turn: turnScope(turn.number, turn.id) };
  const worldBefore = before.at(-1)?.world ?? scenario.world;
  const evidence: Evidence = {
    turns: [record],
    soFar,
    scope,
    worldBefore,
    opening: scenario.opening,
    opinions,
    redactJson,
  };
  // Mistakes in calls were reported with the part in which they were made.
  return assess(record, turn, turn.expectations, evidence, scenario, []);
}

function assess(
  record: TurnRecord,
  turn: Turn,
  expectations: readonly Expectation[],
  evidence: Evidence,
  scenario: Scenario,
  ofCalls: readonly Verdict[],
): Assessment {
  const judge = (stage: Expectation["judged"]) => judgeAll(expectations, stage, evidence, turn.number);
  const outer = judgeAll(scenario.expectations, "forbidden", evidence, turn.number);
  const forbidden = [...judge("forbidden"), ...outer.filter((verdict) => hasFailedGate([verdict]))];
  if (hasFailedGate(forbidden)) return { verdicts: forbidden, asks: [] };
  const first = [...judge("first"), ...forbidden];
  if (!hasFailedGate(first))
    return withLast(expectations, evidence, [...first, ...judge("rest"), ...ofCalls], turn.number);
  // The model repeats a call that nothing can answer: the call is the cause, so it comes before its consequence.
  const verdicts = record.error?.code === "too_many_tool_rounds" ? [...causes(ofCalls), ...first] : first;
  return { verdicts, asks: [] };
}

/** Adds the questions of expectations that are judged last, once everything else is known to hold. */
function withLast(
  expectations: readonly Expectation[],
  evidence: Evidence,
  before: Verdict[],
  turn: number | null,
): Assessment {
  const asksOf = (stage: Expectation["judged"]) =>
    openAsks(
      expectations.filter(({ judged }) => judged === stage).flatMap(({ asks }) => asks(evidence)),
      evidence.opinions,
    );
  const asks = asksOf("rest");
  if (asks.length > 0 || hasFailedGate(before)) return { verdicts: before, asks };
  return { verdicts: [...before, ...judgeAll(expectations, "last", evidence, turn)], asks: asksOf("last") };
}

/** The gates that failed, each once. */
function causes(verdicts: readonly Verdict[]): Verdict[] {
  const failed = verdicts.filter((verdict) => hasFailedGate([verdict]));
  return [...new Map(failed.map((verdict) => [verdict.sentence, verdict])).values()];
}

/** The verdicts on a conversation whose turns are all over. In its expressions, `calls` are all calls. */
export function judgeConversation(
  turns: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions = {},
  redactJson = asItIs,
): Verdict[] {
  return assessConversation(turns, scenario, opinions, redactJson).verdicts;
}

/** The questions to ask before a conversation whose turns are all over can be judged. */
export function asksOfConversation(
  turns: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions,
  redactJson = asItIs,
): Ask[] {
  return assessConversation(turns, scenario, opinions, redactJson).asks;
}

function assessConversation(
  turns: readonly TurnRecord[],
  scenario: Scenario,
  opinions: Opinions,
  redactJson: RedactJson,
): Assessment {
  const scope = { ...scopeAfter(scenario, turns), ...callsIn(turns) };
  const { world: worldBefore, opening } = scenario;
  const evidence: Evidence = { turns, soFar: turns, scope, worldBefore, opening, opinions, redactJson };
  const verdicts = (["forbidden", "first", "rest"] as const).flatMap((stage) =>
    judgeAll(scenario.expectations, stage, evidence, null),
  );
  return withLast(scenario.expectations, evidence, verdicts, null);
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
  const about = { turn: turn.number, subject: "tools", path: turn.path, severity: "gate" } as const;
  return judgeAnswers(record, turn, scenario).map((finding) => verdictOf(finding, about));
}

/** The maximum length of a sentence, which may list every fault of a large value. */
const longestSentence = 1_000;

function verdictOf(
  { at, pass, undecided, expected, actual, sentence, nearest, severity, shows, path }: Finding,
  about: { turn: number | null; subject: string; path: Path; severity: Verdict["severity"] },
): Verdict {
  return {
    ...about,
    path: path ?? about.path.concat(at),
    severity: severity ?? about.severity,
    pass,
    ...(undecided === true && { undecided }),
    expected,
    actual,
    sentence: cutEnd(sentence, longestSentence),
    nearest: nearest ?? null,
    shows: shows ?? "nothing",
  };
}
