import { answerAsks } from "./asking/answer-asks.ts";
import {
  asItIs,
  type Answerer,
  type Ask,
  type Opinion,
  type Opinions,
  type Question,
  type RedactJson,
} from "./asking/ask.ts";
import { asRecorded, asksOfConversation, asksOfSimulated, asksOfTurn, judge } from "./judge.ts";
import { isOver } from "./execution/left-out.ts";
import { quarantined } from "./results/quarantined.ts";
import type { RunRecord } from "./record/record.ts";
import { fullAttempts, type AttemptResult, type ScenarioResult } from "./results/result.ts";
import type { Scenario } from "./scenario.ts";
import { resultOf, type NumberedAttempt } from "./results/scenario-result.ts";
import { hasFailedGate } from "./verdict.ts";

/** The reason when a scenario was stopped by a failure that is no longer one. */
const cutOff = "its last turns never ran; run it again";

/**
 * A stored result judged again by the current scenario. Nothing is run. Only questions that the record does not answer, or that had no usable
 * answer, are asked. Throws what the answerer throws.
 */
export async function regraded(
  stored: ScenarioResult,
  scenario: Scenario,
  answer: Answerer,
  signal: AbortSignal,
  redactJson = asItIs,
): Promise<ScenarioResult> {
  const attempts: NumberedAttempt[] = [];
  for (const attempt of fullAttempts(stored))
    attempts.push(await regradedAttempt(attempt, scenario, { answer, signal, redactJson }));
  const [first, ...more] = attempts;
  if (first === undefined) return stored;
  // The number of runs is that of the stored result; the number that must pass comes from the file.
  const repeat = { ...scenario.repeat, runs: stored.repeat?.asked ?? 1 };
  const result = resultOf({ ...scenario, repeat }, [first, ...more], stored.time);
  const isCutOff = result.status === "not_run" && result.record?.interrupted === false;
  const again = { ...result, fingerprint: stored.fingerprint, reason: isCutOff ? cutOff : result.reason };
  return quarantined(again, stored.quarantine ?? null);
}

async function regradedAttempt(
  { confirmation, run, attempt, status, record, problems, time }: Required<AttemptResult>,
  scenario: Scenario,
  { answer, signal, redactJson }: { answer: Answerer; signal: AbortSignal; redactJson: RedactJson },
): Promise<NumberedAttempt> {
  const about = { confirmation, run, attempt, problems, time };
  if (record === null) return { ...about, record, verdicts: [], interrupted: status === "not_run" };
  const known = status === "inconclusive" ? withoutVotes(record.opinions) : record.opinions;
  const asksWith = (opinions: Opinions) => asksOf({ ...record, opinions }, scenario, redactJson);
  const opinions = await answerAsks(asksWith, known, answer, signal);
  const judged = { ...record, opinions };
  const verdicts = judge(judged, scenario, redactJson);
  const isWhole =
    isOver(judged, scenario) || hasFailedGate(verdicts) || judged.broken !== undefined || problems.length > 0;
  return { ...about, record: judged, verdicts, interrupted: record.interrupted || !isWhole };
}

/** The basis of a result's verdicts: the questions that its records answer, each with the answer. */
export async function opinionsUsed(
  result: ScenarioResult,
  scenario: Scenario,
  redactJson = asItIs,
): Promise<{ question: Question; opinion: Opinion }[]> {
  const used: { question: Question; opinion: Opinion }[] = [];
  for (const { record } of fullAttempts(result)) {
    if (record === null) continue;
    const recorded: Answerer = async ({ key, question }) => {
      const opinion = record.opinions[key];
      if (opinion === undefined) return { kind: "unusable", why: "it was never asked" };
      used.push({ question, opinion });
      return opinion;
    };
    const asksWith = (opinions: Opinions) => asksOf({ ...record, opinions }, scenario, redactJson);
    await answerAsks(asksWith, {}, recorded, new AbortController().signal);
  }
  return used;
}

/** All questions to ask before a record can be judged. */
function asksOf(record: RunRecord, written: Scenario, redactJson: RedactJson): Ask[] {
  const scenario = asRecorded(written, record);
  const { turns, simulated = [], opinions, problems } = record;
  const upTo = (number: number) => turns.slice(0, turns.findLastIndex((turn) => turn.number === number) + 1);
  const isWhole = isOver(record, scenario) && problems.length === 0;
  return [
    ...turns.flatMap((_, index) => asksOfTurn(turns.slice(0, index + 1), scenario, opinions, redactJson)),
    ...simulated.flatMap(({ turn }) => asksOfSimulated(upTo(turn), scenario, opinions, redactJson)),
    ...(isWhole ? asksOfConversation(turns, scenario, opinions, redactJson) : []),
  ];
}

/** The opinions without votes, so that judges are asked again where nothing was decided; usable votes come from the cache. */
function withoutVotes(opinions: Opinions): Opinions {
  return Object.fromEntries(Object.entries(opinions).filter(([key]) => !key.startsWith("judge:")));
}

/** The changes from judging a result again. */
export interface Regrading {
  id: string;
  before: ScenarioResult["status"];
  after: ScenarioResult["status"];
  /** Expectations whose verdict changed, and new expectations, each with a sentence. */
  verdicts: { turn: number | null; subject: string; before: string | null; after: string; sentence: string }[];
}

/** The changes between two judgements of one record; `null` when there are none. */
export function regradingOf(before: ScenarioResult, after: ScenarioResult): Regrading | null {
  const nameOf = ({ turn, subject, path, expected }: ScenarioResult["verdicts"][number]) =>
    JSON.stringify([turn, subject, path, expected]);
  const old = new Map(before.verdicts.map((verdict) => [nameOf(verdict), wordOf(verdict)]));
  const verdicts = after.verdicts.flatMap((verdict) => {
    const [was, is] = [old.get(nameOf(verdict)) ?? null, wordOf(verdict)];
    const { turn, subject, sentence } = verdict;
    return was === is ? [] : [{ turn, subject, before: was, after: is, sentence }];
  });
  if (before.status === after.status && verdicts.length === 0) return null;
  return { id: after.id, before: before.status, after: after.status, verdicts };
}

function wordOf({ pass, undecided }: { pass: boolean; undecided?: true }): string {
  if (undecided === true) return "undecided";
  return pass ? "holds" : "does not hold";
}
