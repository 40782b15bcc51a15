import { keyDefaults } from "../../project/schemas/defaults.ts";
import { join } from "node:path";
import { createSystemClock } from "../../kit/clock.ts";
import { ProblemError, problem, uniqueProblems, type Place, type Problem } from "../../problem.ts";
import { familyOf } from "../../project/model-family.ts";
import { priceOf } from "../../project/prices.ts";
import type { Path, Project } from "../../project/project.ts";
import { type ResolvedModel, resolveModel } from "../../project/resolve-model.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { hasExpressions } from "../../project/expression.ts";
import { answererOf, type Answerer } from "../../scenarios/asking/ask.ts";
import { askedAs, costOfAnswer, type AskedModel } from "../../scenarios/asking/asked-model.ts";
import { createJudgeAnswerer } from "../../scenarios/asking/judge-answerer.ts";
import { createModuleAnswerer } from "../../scenarios/asking/module-answers.ts";
import { openOpinionCache } from "../../scenarios/asking/opinion-cache-file.ts";
import { createSeeds } from "../../scenarios/asking/seeds.ts";
import { createSimilarAnswerer } from "../../scenarios/asking/similar-answerer.ts";
import { createUserAnswerer } from "../../scenarios/asking/user-answerer.ts";
import { expectationsOf } from "../../scenarios/rules/expectations.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { Reference } from "../../scenarios/subjects/subject.ts";
import { nodeFetch } from "../../targets/http/node-fetch.ts";
import { createChatModel } from "../../targets/chat/chat-model.ts";
import { handlersOf } from "./handlers.ts";
import { splitLogin } from "../open-target.ts";
import type { Context } from "../context.ts";
import { keyOf } from "../key-command.ts";

const retries = 4;

/** True for a target that answers from scripts: judges and users do so there too. */
export function playsScripts({ server, model = "script" }: ResolvedTarget): boolean {
  return server === "embedded" && model === "script";
}

/** Answers questions of judging in this project at this target; a model is opened on its first use. `seed` makes answers reproducible where supported. */
export function answererFor(
  context: Context,
  project: Project,
  config: ResolvedTarget,
  seed: number | null = null,
): Answerer {
  const seedOf = createSeeds(seed);
  const asking = {
    modelOf: createModels(context, project, config),
    isScripted: playsScripts(config),
  };
  const embeddingsOf = (name: string | null) =>
    name === null && !project.models.has(keyDefaults.models.embeddings)
      ? null
      : asking.modelOf(name ?? keyDefaults.models.embeddings);
  const cache = openOpinionCache(join(project.root, ".playbill", "judged"));
  const modules = createModuleAnswerer(handlersOf(context, project), createSystemClock({ keepsAlive: true }));
  return answererOf({
    module: modules,
    judge: createJudgeAnswerer({ ...asking, seedOf, cache }),
    user: createUserAnswerer({ ...asking, seedOf }),
    similar: createSimilarAnswerer({ ...asking, embeddingsOf, cache }),
  });
}

/** The models of a project, each opened once, so that its limits apply to all callers. */
export function createModels(context: Context, project: Project, config: ResolvedTarget): (name: string) => AskedModel {
  const opened = new Map<string, AskedModel>();
  return (name) => {
    const model = opened.get(name) ?? openModel(context, project, config, resolveModel(project, name, context.env));
    opened.set(name, model);
    return model;
  };
}

function openModel(
  context: Context,
  project: Project,
  config: ResolvedTarget,
  { name, baseUrl: written, apiKey, query, headers, model, temperature, timeout }: ResolvedModel,
): AskedModel {
  const { address: baseUrl, login } = splitLogin(written);
  const chat = createChatModel(
    {
      baseUrl,
      ...keyOf(context, project, apiKey, `model ${name}`),
      query,
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(login !== undefined && { login }),
      organization: null,
      project: null,
      fetch: nodeFetch,
      retries,
      redact: context.secrets.redact,
      clock: createSystemClock({ keepsAlive: true }),
      random: Math.random,
      signal: context.signal,
    },
    { model, temperature, timeout },
  );
  const price = (name: string) => priceOf(project, config, name);
  return {
    chat,
    model,
    asked: askedAs({ model, temperature }),
    identity: [baseUrl, model, temperature],
    costOf: (answer) => costOfAnswer(answer, model, price),
  };
}

/**
 * Checks, before anything runs, that every model these scenarios call is usable, according to the files and the environment. Throws a
 * ProblemError with all faults; warns about a judge of the same family as the assistant it judges.
 */
export function checkModels(
  context: Context,
  project: Project,
  config: ResolvedTarget,
  scenarios: readonly Scenario[],
): void {
  const isScripted = playsScripts(config);
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const scenario of scenarios) {
    for (const { reference, path } of modelsOf(scenario)) {
      if (isScripted && reference.isScripted) continue;
      if (isScripted && reference.use === "user") {
        problems.push(noScript(config, scenario.place(path, "key")));
        continue;
      }
      const name = reference.name ?? reference.use;
      if (reference.use === "embeddings" && reference.name === null && !project.models.has(name)) continue;
      try {
        const model = resolveModel(project, name, context.env);
        if (reference.use === "judge" && !isScripted) warnings.push(...likeness(project, config, scenario, model));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const place = scenario.place(path);
        problems.push(...error.problems.map((each) => Object.assign({ place }, each)));
      }
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  if (warnings.length > 0) context.tell({ kind: "warnings", problems: uniqueProblems(warnings) });
}

type ModelReference = Extract<Reference, { kind: "model" }>;

function modelsOf(scenario: Scenario): { reference: ModelReference; path: Path }[] {
  const users = scenario.turns.flatMap(({ simulation }) => simulation ?? []);
  return [...expectationsOf(scenario), ...users].flatMap(({ path, references }) =>
    references.flatMap((reference) =>
      reference.kind === "model" ? [{ reference, path: path.concat(reference.at) }] : [],
    ),
  );
}

/** A warning for a judge of the same model family: a model favors answers like its own. */
function likeness(
  project: Project,
  { models = {} }: ResolvedTarget,
  { assistant }: Scenario,
  { name, model }: ResolvedModel,
): Problem[] {
  const written = project.assistants.get(assistant)?.value.model;
  if (written === undefined || hasExpressions(written)) return [];
  const judged = models[written] ?? written;
  const family = familyOf(model);
  if (family === null || family !== familyOf(judged)) return [];
  const message = `the judge ${model} is of the same family (${family}) as ${judged}, which assistant.${assistant} uses`;
  const hint = "A model favors answers like its own: use a judge from another vendor.";
  return [problem("same_model_family", message, { hint, place: project.settings.place(["models", name, "model"]) })];
}

/** The problem with a simulated user without a script at a target that answers from scripts. */
function noScript({ name }: ResolvedTarget, place: Place): Problem {
  return problem("missing_script", `target ${name} answers from scripts, but this simulated user has none`, {
    hint: "Write its messages and the replies: script: [{ say: ..., script: [{ say: ... }] }]; or test at a target with a real model.",
    place,
  });
}
