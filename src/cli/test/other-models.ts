import { keyDefaults } from "../../project/schemas/defaults.ts";
import type { Project } from "../../project/project.ts";
import { resolveModel } from "../../project/resolve-model.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { ProblemError } from "../../problem.ts";
import type { Opinion, Question } from "../../scenarios/asking/ask.ts";
import { askedAs } from "../../scenarios/asking/asked-model.ts";
import type { World } from "../world.ts";

/** A name under `models` whose stored answers come from another model than the one it refers to now. */
export interface OtherModel {
  name: string;
  /** In words. */
  before: string;
  now: string;
  /** The number of affected answers. */
  answers: number;
}

/** Collects answers and lists those from other models than the current ones. An answer without a recorded model counts as current. */
export function createOtherModels({ env }: Pick<World, "env">, project: Project) {
  const found = new Map<string, OtherModel>();
  return {
    add({ question, opinion: { by } }: { question: Question; opinion: Opinion }): void {
      // Questions to models name one; comparisons of texts use the default.
      const { model: named = null } = question as { model?: string | null };
      const name = named ?? keyDefaults.models.embeddings;
      if (by?.asked === undefined || !project.models.has(name)) return;
      const now = modelNow(project, name, env);
      if (now === null || now === by.asked) return;
      const key = JSON.stringify([name, by.asked]);
      found.set(key, { name, before: by.asked, now, answers: (found.get(key)?.answers ?? 0) + 1 });
    },
    list: (): OtherModel[] => [...found.values()],
  };
}

/** The current model of a name; `null` when it cannot be called here. */
function modelNow(project: Project, name: string, env: World["env"]): string | null {
  try {
    return askedAs(resolveModel(project, name, env));
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** The note about such a model. */
export function otherModelText({ name, before, now, answers }: OtherModel): string {
  const many = answers === 1 ? "an answer of" : `${answers} answers of`;
  const words = `${many} ${name} ${answers === 1 ? "comes" : "come"} from ${before}, but ${name} now refers to ${now}, which was not called`;
  return printableLine(`${words}: to call it, give it another name, or run the scenarios again`);
}
