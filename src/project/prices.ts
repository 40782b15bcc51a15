import type { Project } from "./project.ts";
import type { ResolvedTarget } from "./resolve-target.ts";

/** What a model costs, in US dollars per million tokens. */
export interface Price {
  input: number;
  /** Of what the target took from its cache. */
  cachedInput: number;
  output: number;
}

/**
 * The price of a model by the name that a target has for it, or by a name of the files that the target maps to it; `null` when
 * `playbill.yaml` gives none.
 */
export function priceOf(
  { prices }: Pick<Project, "prices">,
  { models = {} }: Pick<ResolvedTarget, "models">,
  model: string,
): Price | null {
  const names = Object.entries(models).flatMap(([name, theirs]) => (theirs === model ? [name] : []));
  const found = [model, ...names].map((name) => prices.get(name)).find((price) => price !== undefined);
  if (found === undefined) return null;
  const { input, cached_input: cachedInput = input, output } = found;
  return { input, cachedInput, output };
}
