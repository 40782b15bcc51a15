import type { Draft } from "../../project/draft.ts";
import type { Finding } from "../../project/finding.ts";
import type { Path } from "../../project/project.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { hasExpressions } from "../../project/expression.ts";

/**
 * A finding at `path`, where something depends on the cost of `model` (its name in the files), when there is no price under any of the
 * targets' names for it.
 */
export function priceFindings(model: string, { settings }: Draft, path: Path): Finding[] {
  if (settings === null || hasExpressions(model)) return [];
  const { prices = {}, targets = {} } = settings.value;
  const names = [model, ...Object.values(targets).flatMap(({ models }) => models?.[model] ?? [])];
  // Values from the environment are not known here.
  if (names.some((name) => name in prices || name.includes("${"))) return [];
  const hint = `Add it to playbill.yaml, in US dollars per million tokens: prices: { ${model}: { input: 0.15, output: 0.6 } }.`;
  const message = `the cost is unknown: there is no price for ${model}`;
  const known = Object.keys(prices);
  const priced = known.length === 0 ? "" : ` There are prices for ${known.join(", ")}.`;
  return [{ path, at: "key", code: "unknown_price", message, hint: `${hint}${priced}` }];
}

/** A limit on the cost requires a price for the assistant's model. */
export const costCanBeLimited: Rule<WrittenScenario> = ({ value: { assistant, limits } }, draft) => {
  const declared = draft.assistants.get(assistant);
  if (limits?.cost === undefined || declared === undefined) return [];
  return priceFindings(declared.value.model, draft, ["limits", "cost"]);
};
