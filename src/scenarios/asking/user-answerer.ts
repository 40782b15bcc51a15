import { userRequest } from "../simulation/prompt.ts";
import type { UserQuestion } from "../simulation/question.ts";
import { scriptModel, type Answerer, type Opinion } from "./ask.ts";
import { opinionOf, type AskedModel } from "./asked-model.ts";
import type { Seeds } from "./seeds.ts";

interface UserOptions {
  /** The model of that name; throws a ProblemError when there is none. */
  modelOf(this: void, name: string): AskedModel;
  /** True when the assistant's answers are scripted: the user's scripted messages are then used, if there are any. */
  isScripted: boolean;
  seedOf: Seeds;
}

/** Asks a simulated user for its next message. Answers are not cached: the next one may differ. */
export function createUserAnswerer({ modelOf, isScripted, seedOf }: UserOptions): Answerer {
  return async ({ key, question, script }, signal): Promise<Opinion> => {
    if (isScripted && script !== undefined) {
      return { kind: "answer", value: JSON.stringify(script), by: { model: scriptModel, usage: null, cost: 0 } };
    }
    // Only simulated turns create questions of this kind.
    const asked = question as UserQuestion;
    return opinionOf(modelOf(asked.model), { ...userRequest(asked), seed: seedOf(key) }, signal);
  };
}
