import { openAsks, type Answerer, type Ask, type Opinions } from "./ask.ts";

/** More rounds of questions than any subject needs; one that always asks for more is a bug. */
const mostRounds = 50;

/**
 * Asks until nothing is left to be asked, and gives all opinions. `asksOf` says what is asked for these opinions: an answer may lead to the
 * next question. Those of one round are asked side by side. Rejects with what the answerer throws.
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
  if (rounds === 0) throw new Error("an expectation asks without end");
  const answers = await Promise.all(open.map(async (ask) => [ask.key, await answer(ask, signal)] as const));
  return answerAsks(asksOf, { ...opinions, ...Object.fromEntries(answers) }, answer, signal, rounds - 1);
}
