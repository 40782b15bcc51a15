import type { Project } from "./project.ts";
import type { ResolvedTarget } from "./resolve-target.ts";

/** The price of a model, in US dollars per million tokens. */
export interface Price {
  input: number;
  /** For tokens from the target's cache. */
  cachedInput: number;
  output: number;
}

/**
 * The price of a model by the target's name for it, or by a name in the files that the target maps to it; `null` when
 * `playbill.yaml` has none.
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
