import type { Project } from "../../project/project.ts";
import { resolveModel } from "../../project/resolve-model.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { ProblemError } from "../../problem.ts";
import type { Opinion, Question } from "../../scenarios/asking/ask.ts";
import { askedAs } from "../../scenarios/asking/asked-model.ts";
import type { World } from "../world.ts";

/** A name under `models` whose answers another model gave than the one that it stands for now. */
export interface OtherModel {
  name: string;
  /** In words. */
  before: string;
  now: string;
  /** How many of its answers count. */
  answers: number;
}

/** Collects answers, and gives those of other models than there are now. What did not note its model is taken for one of today's. */
export function createOtherModels({ env }: Pick<World, "env">, project: Project) {
  const found = new Map<string, OtherModel>();
  return {
    add({ question, opinion: { by } }: { question: Question; opinion: Opinion }): void {
      // Those that ask models name one; none is the default of what compares texts.
      const { model: named = null } = question as { model?: string | null };
      const name = named ?? "embeddings";
      if (by?.asked === undefined || !project.models.has(name)) return;
      const now = modelNow(project, name, env);
      if (now === null || now === by.asked) return;
      const key = JSON.stringify([name, by.asked]);
      found.set(key, { name, before: by.asked, now, answers: (found.get(key)?.answers ?? 0) + 1 });
    },
    list: (): OtherModel[] => [...found.values()],
  };
}

/** `null` for one that cannot be asked here: nobody could have asked it instead. */
function modelNow(project: Project, name: string, env: World["env"]): string | null {
  try {
    return askedAs(resolveModel(project, name, env));
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** What is said of such a model. */
export function otherModelText({ name, before, now, answers }: OtherModel): string {
  const many = answers === 1 ? "an answer of" : `${answers} answers of`;
  const words = `${many} ${name} ${answers === 1 ? "is" : "are"} of ${before}, which is ${now} now and was not asked`;
  return printableLine(`${words}: to ask it, give it another name, or run the scenarios again`);
}
