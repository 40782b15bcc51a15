import { openAsks, type Answerer, type Ask, type Opinions } from "./ask.ts";

/** The maximum number of rounds of questions, more than any subject needs: endless questions are a bug. */
const mostRounds = 50;

/**
 * Asks until there are no more questions, and returns all opinions. `asksOf` returns the questions for the opinions so far: an answer may lead
 * to the next question. The questions of one round are asked in parallel. Rejects with what the answerer throws.
 */
export async function answerAsks(
  asksOf: (opinions: Opinions) => readonly Ask[],
  opinions: Opinions,
  answer: Answerer,
  signal: AbortSignal,
  rounds = mostRounds,
): Promise<Opinions> {
  const open = openAsks(asksOf(opinions), opinions);
  if (open.length === 0 || signal.aborted) return opinions;
  if (rounds === 0) throw new Error("an expectation asks endlessly");
  const answers = await Promise.all(open.map(async (ask) => [ask.key, await answer(ask, signal)] as const));
  return answerAsks(asksOf, { ...opinions, ...Object.fromEntries(answers) }, answer, signal, rounds - 1);
}
