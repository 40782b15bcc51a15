import { cosine, localSimilarity } from "../similarity/measures.ts";
import type { Likeness, SimilarQuestion } from "../subjects/similar.ts";
import type { Answerer, Opinion } from "./ask.ts";
import type { AskedModel } from "./asked-model.ts";
import type { OpinionCache } from "./opinion-cache-file.ts";

interface SimilarOptions {
  /** The embedding model of that name, or the default one; `null` when there is none. Throws a ProblemError. */
  embeddingsOf(this: void, name: string | null): AskedModel | null;
  /** True when the assistant's answers are scripted: no model is called then. */
  isScripted: boolean;
  cache: OpinionCache;
}

/** Measures the similarity of two texts, by embeddings of a model or else by Playbill's own measure. The same texts are measured only once. */
export function createSimilarAnswerer({ embeddingsOf, isScripted, cache }: SimilarOptions): Answerer {
  return async ({ key, question }, signal): Promise<Opinion> => {
    // Only the reply subject creates questions of this kind.
    const { model: name, to, text } = question as SimilarQuestion;
    const model = isScripted ? null : embeddingsOf(name);
    if (model === null) return { kind: "answer", value: likeness(localSimilarity(to, text), "by letters") };
    // Endpoints reject empty texts.
    if (text.trim() === "") return { kind: "answer", value: likeness(0, "nothing was said") };
    const known = await cache.find(key, model.identity);
    if (known !== null) return known;
    const { vectors, usage } = await model.chat.embed([to, text], signal);
    const by = { model: model.model, asked: model.asked, usage, cost: model.costOf({ usage, model: model.model }) };
    const measured = likeness(cosine(vectors[0] ?? [], vectors[1] ?? []), `by embeddings of ${model.model}`);
    const opinion: Opinion = { kind: "answer", value: measured, by };
    await cache.keep(key, model.identity, opinion);
    return opinion;
  };
}

function likeness(similarity: number, measure: string): Likeness {
  return { similarity, measure };
}
