import { isObject } from "../../kit/json.ts";
import { judgeRequest } from "../judging/prompt.ts";
import { readVote } from "../judging/vote.ts";
import type { JudgeQuestion } from "../subjects/judge.ts";
import { scriptModel, type Answerer, type Opinion } from "./ask.ts";
import { opinionOf, type AskedModel } from "./asked-model.ts";
import type { OpinionCache } from "./opinion-cache-file.ts";
import type { Seeds } from "./seeds.ts";

interface JudgeOptions {
  /** The model of that name; throws a ProblemError when there is none. */
  modelOf(this: void, name: string): AskedModel;
  /** True when the assistant's answers are scripted: a judge then uses its scripted answer, if there is one. */
  isScripted: boolean;
  seedOf: Seeds;
  cache: OpinionCache;
}

/** Asks a judge for a vote. The same question is sent to the same model only once; a vote that does not count is not cached. */
export function createJudgeAnswerer({ modelOf, isScripted, seedOf, cache }: JudgeOptions): Answerer {
  return async ({ key, question, script }, signal): Promise<Opinion> => {
    // Only the judge subject creates questions of this kind.
    const asked = question as JudgeQuestion;
    if (isScripted && script !== undefined) return scriptedVote(asked, script);
    const model = modelOf(asked.model);
    const known = await cache.find(key, model.identity);
    if (known !== null) return known;
    const opinion = await opinionOf(model, { ...judgeRequest(asked), seed: seedOf(key) }, signal);
    const counts = opinion.kind === "answer" && readVote(String(opinion.value), asked.parts).kind === "vote";
    if (counts) await cache.keep(key, model.identity, opinion);
    return opinion;
  };
}

/** A judge's scripted answer: a text unchanged, or a verdict that by default quotes the assistant's last message. */
function scriptedVote({ parts }: JudgeQuestion, script: unknown): Opinion {
  const by = { model: scriptModel, usage: null, cost: 0 };
  if (!isObject(script)) return { kind: "answer", value: String(script), by };
  const last = parts.findLast(({ by, text }) => by !== "user" && text !== "")?.text;
  const { verdict, reason = "the script says so", quotes = last === undefined ? [] : [last] } = script;
  return { kind: "answer", value: JSON.stringify({ verdict, reason, quotes }), by };
}
