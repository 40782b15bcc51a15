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

/** What a scenario that was cut off by a failure lacks when the failure is none any more. */
const cutOff = "its last turns were never run: run it again";

/**
 * A stored result judged again by a scenario as it is now. Nothing is run; asked is only what the record has no answer to, and once more what
 * nobody gave a usable answer to. Throws what the answerer throws.
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
  // There are as many runs as there were to be, whatever the file says now; how many of them have to pass, it says.
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

/** What the verdicts of a result rest on: the questions that its records answer, each with the answer. */
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
      if (opinion === undefined) return { kind: "unusable", why: "nobody was asked" };
      used.push({ question, opinion });
      return opinion;
    };
    const asksWith = (opinions: Opinions) => asksOf({ ...record, opinions }, scenario, redactJson);
    await answerAsks(asksWith, {}, recorded, new AbortController().signal);
  }
  return used;
}

/** Everything that must be asked before a record can be judged. */
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

/** Where nothing could be decided, judges are asked again; what others of them said is in the cache. */
function withoutVotes(opinions: Opinions): Opinions {
  return Object.fromEntries(Object.entries(opinions).filter(([key]) => !key.startsWith("judge:")));
}

/** What judging a result again changed. */
export interface Regrading {
  id: string;
  before: ScenarioResult["status"];
  after: ScenarioResult["status"];
  /** Expectations that hold now and did not before, or the other way round, or that are new; each in a sentence. */
  verdicts: { turn: number | null; subject: string; before: string | null; after: string; sentence: string }[];
}

/** What changed between two judgements of one record; `null` when nothing did. */
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
