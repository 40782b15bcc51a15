import { hashOf } from "../../kit/hash.ts";
import type { Secrets } from "../../kit/secrets.ts";
import type { Usage } from "../../targets/target.ts";

/**
 * A question that cannot be answered from a record alone: it needs a model, or code of the project. Plain JSON that contains everything its
 * answer may depend on, so that the same key has the same answer.
 */
export interface Ask {
  /** The kind of question, and a hash of the complete question. */
  key: string;
  question: Question;
  /** The answer when the assistant's answers are scripted; it is not part of the question. */
  script?: unknown;
}

/** A question, by kind; each subject that asks has one kind. */
export interface Question {
  kind: string;
}

/** An answer, kept in the record so that the expectation can be judged again without asking. */
export type Opinion = { by?: OpinionSource } & (
  | { kind: "answer"; value: unknown }
  /** There was no usable answer, which tells nothing about the assistant. */
  | { kind: "unusable"; why: string }
);

/** The model that gave an opinion, and what it cost. */
export interface OpinionSource {
  /** The endpoint's name for it; `script` when a script answered. */
  model: string;
  /** The model as configured in the project at that time, from `askedAs`; absent when it was not recorded, or no model was called. */
  asked?: string;
  usage: Usage | null;
  /** US dollars; `null` when unknown, 0 for a cached opinion. */
  cost: number | null;
  /** True when the same question had been answered before. */
  isCached?: true;
}

/** The model name of opinions that are written in a scenario. */
export const scriptModel = "script";

/** Opinions by the key of their question. */
export type Opinions = Readonly<Record<string, Opinion>>;

/**
 * Answers a question. Throws a ProblemError when the model or module could not be reached, or failed. An answerer must not decide: that is
 * the task of the subject that asked.
 */
export type Answerer = (ask: Ask, signal: AbortSignal) => Promise<Opinion>;

/**
 * Hides secrets in a question before it is hashed, sent, or compared with an answer. Stored records are redacted in the same way, so that
 * they lead to the same questions.
 */
export type RedactJson = Secrets["redactJson"];

/** Hides nothing. */
export const asItIs: RedactJson = (value) => value;

/** The question with its key. It must no longer contain secrets. */
export function askOf<Q extends Question>(question: Q): Ask & { question: Q } {
  return { key: `${question.kind}:${hashOf(question).slice(0, 32)}`, question };
}

/** The questions that have no answer yet, each once. */
export function openAsks(asks: readonly Ask[], opinions: Opinions): Ask[] {
  const open = asks.filter(({ key }) => !Object.hasOwn(opinions, key));
  return [...new Map(open.map((ask) => [ask.key, ask])).values()];
}

/** Answers each kind of question with the answerer of its name. */
export function answererOf(answerers: Readonly<Record<string, Answerer>>): Answerer {
  return async (ask, signal) => {
    const answerer = answerers[ask.question.kind];
    if (answerer === undefined) throw new Error(`there is no answerer for questions of the kind ${ask.question.kind}`);
    return answerer(ask, signal);
  };
}

/** The sources of opinions that were paid for, which excludes scripts and cached answers. */
export function paidOpinions(opinions: Opinions): OpinionSource[] {
  return Object.values(opinions).flatMap(({ by }) =>
    by === undefined || by.model === scriptModel || by.isCached === true ? [] : [by],
  );
}
