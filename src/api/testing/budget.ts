import { dollarsText } from "../../kit/dollars.ts";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import { priceOf } from "../../project/prices.ts";
import type { Project } from "../../project/project.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Desired } from "../../resources/resource.ts";
import { assistantAddress } from "../expansion.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { costOf } from "../../scenarios/record/cost.ts";
import { type Budget, createBudget } from "../../scenarios/execution/budget.ts";
import type { Scenario } from "../../scenarios/scenario.ts";

/** The approximate number of English characters per token. */
const charactersOfToken = 4;

/**
 * The budget of `--budget` for these scenarios. Throws a ProblemError when it cannot be enforced, because a price is unknown, or when it
 * is too small for one call: instructions, the first user message, and one token of an answer.
 */
export function budgetOf(
  project: Project,
  config: ResolvedTarget,
  desired: readonly Desired[],
  toRun: readonly Scenario[],
  limit: number,
): Budget {
  const specs = new Map(desired.map(({ address, spec }) => [address, spec as Partial<AssistantSpec>]));
  const problems = new Map<string, Problem>();
  let least = Infinity;
  for (const { assistant, turns } of toRun) {
    const declared = project.assistants.get(assistant);
    if (declared === undefined) continue;
    const spec = specs.get(assistantAddress({ assistant }));
    const model = spec?.model ?? declared.value.model;
    const price = priceOf(project, config, model);
    if (price === null) {
      problems.set(model, unknownPrice(model, assistant, declared.place(["model"], "value")));
      continue;
    }
    const said = turns[0]?.choices.map(({ say }) => say.text.length) ?? [];
    const shortest = said.length === 0 ? 0 : Math.min(...said);
    const told = spec?.instructions?.length ?? 0;
    const tokens = Math.floor((told + shortest) / charactersOfToken);
    least = Math.min(
      least,
      costOf({ prompt_tokens: tokens, completion_tokens: 1, total_tokens: tokens + 1 }, price) ?? 0,
    );
  }
  if (problems.size > 0) throw new ProblemError([...problems.values()]);
  const needed = Number.isFinite(least) ? least : 0;
  if (needed > limit) {
    throw new ProblemError([
      problem(
        "budget_too_small",
        `a budget of $${limit} is too small for one call, which costs at least ${dollarsText(needed)}`,
        {
          hint: "Nothing was run. Use a larger budget in US dollars, for example 2.50.",
        },
      ),
    ]);
  }
  return createBudget(limit, needed);
}

function unknownPrice(model: string, assistant: string, place: Problem["place"]): Problem {
  return problem(
    "unknown_price",
    `a budget cannot be kept: there is no price for ${model}, the model of ${assistant}`,
    {
      place,
      hint: `Add it to playbill.yaml, in US dollars per million tokens: prices: { ${model}: { input: 0.15, output: 0.6 } }.`,
    },
  );
}
