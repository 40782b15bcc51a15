import { hashOf } from "../../kit/hash.ts";
import type { Secrets } from "../../kit/secrets.ts";
import type { Usage } from "../../targets/target.ts";

/**
 * A question that no function of a record can answer: it takes a model, or code of the project. Plain JSON; everything that its answer
 * may depend on is in it, so that the same key has the same answer.
 */
export interface Ask {
  /** What kind of question it is, and a hash of all of it. */
  key: string;
  question: Question;
  /** What is answered where the assistant's answers are scripts; it is not part of the question. */
  script?: unknown;
}

/** What is asked, by kind; one kind a subject that asks. */
export interface Question {
  kind: string;
}

/** What was answered; kept in the record, so that it is judged again without asking. */
export type Opinion = { by?: OpinionSource } & (
  | { kind: "answer"; value: unknown }
  /** Nobody gave an answer that can be used, which says nothing about the assistant. */
  | { kind: "unusable"; why: string }
);

/** The model that gave an opinion, and what that took. */
export interface OpinionSource {
  /** As its endpoint calls it; `script` where a script answered. */
  model: string;
  /** As the project had it then, `askedAs`; absent where nobody noted it, or no model was asked. */
  asked?: string;
  usage: Usage | null;
  /** US dollars; `null` is unknown. Of one that was there already, none. */
  cost: number | null;
  /** It was given before, to the same question. */
  isCached?: true;
}

/** Who gave an opinion that a scenario wrote down. */
export const scriptModel = "script";

/** Opinions by the key of their question. */
export type Opinions = Readonly<Record<string, Opinion>>;

/**
 * Answers a question. Throws a ProblemError when what was asked could not be reached, or broke. Whoever answers must not decide: that is for
 * the subject that asked.
 */
export type Answerer = (ask: Ask, signal: AbortSignal) => Promise<Opinion>;

/**
 * Hides secrets in what is asked, before it is hashed, sent, or held against an answer. What is stored is hidden in the same way, so that a
 * stored record leads to the same questions.
 */
export type RedactJson = Secrets["redactJson"];

/** Hides nothing. */
export const asItIs: RedactJson = (value) => value;

/** The question with its key. There must be no secret in it any more. */
export function askOf<Q extends Question>(question: Q): Ask & { question: Q } {
  return { key: `${question.kind}:${hashOf(question).slice(0, 32)}`, question };
}

/** Those of the questions that nobody answered yet, each once. */
export function openAsks(asks: readonly Ask[], opinions: Opinions): Ask[] {
  const open = asks.filter(({ key }) => !Object.hasOwn(opinions, key));
  return [...new Map(open.map((ask) => [ask.key, ask])).values()];
}

/** Answers each kind of question with the answerer of its name. */
export function answererOf(answerers: Readonly<Record<string, Answerer>>): Answerer {
  return async (ask, signal) => {
    const answerer = answerers[ask.question.kind];
    if (answerer === undefined) throw new Error(`nobody answers questions of the kind ${ask.question.kind}`);
    return answerer(ask, signal);
  };
}

/** What a model was paid for of these opinions: not what a script said, or what had been answered before. */
export function paidOpinions(opinions: Opinions): OpinionSource[] {
  return Object.values(opinions).flatMap(({ by }) =>
    by === undefined || by.model === scriptModel || by.isCached === true ? [] : [by],
  );
}
