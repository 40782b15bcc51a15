import type { Draft } from "../../project/draft.ts";
import type { Finding } from "../../project/finding.ts";
import type { Path } from "../../project/project.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { hasExpressions } from "../../project/expression.ts";

/**
 * A finding at `path`, where something depends on what `model` (a name of the files) costs, when there is no price of it under any name
 * that a target has for it.
 */
export function priceFindings(model: string, { settings }: Draft, path: Path): Finding[] {
  if (settings === null || hasExpressions(model)) return [];
  const { prices = {}, targets = {} } = settings.value;
  const names = [model, ...Object.values(targets).flatMap(({ models }) => models?.[model] ?? [])];
  // What the environment says is not known here.
  if (names.some((name) => name in prices || name.includes("${"))) return [];
  const hint = `Write it in playbill.yaml, in US dollars per million tokens: prices: { ${model}: { input: 0.15, output: 0.6 } }.`;
  const message = `the cost is unknown: there is no price of ${model}`;
  const known = Object.keys(prices);
  const priced = known.length === 0 ? "" : ` There is one of ${known.join(", ")}.`;
  return [{ path, at: "key", code: "unknown_price", message, hint: `${hint}${priced}` }];
}

/** What a cost is limited by is known: there is a price of the assistant's model. */
export const costCanBeLimited: Rule<WrittenScenario> = ({ value: { assistant, limits } }, draft) => {
  const declared = draft.assistants.get(assistant);
  if (limits?.cost === undefined || declared === undefined) return [];
  return priceFindings(declared.value.model, draft, ["limits", "cost"]);
};
