import { dollarsText } from "../../kit/dollars.ts";
import type { Scenario } from "../scenario.ts";
import { possiblyCovering } from "./covering.ts";
import type { Mutant } from "./mutant.ts";
import { mutationKinds } from "./mutation-kinds.ts";

/** The facts about a scenario from an earlier run; `cost` is the cost of one conversation in US dollars, `null` when unknown. */
export interface EarlierRun {
  run: string;
  seen: ReadonlyMap<string, ReadonlySet<string>>;
  cost: ReadonlyMap<string, number | null>;
}

/** An estimate of what running mutants takes. A mutant ends at the first scenario that notices it, so it may take less. */
export interface Estimate {
  mutants: number;
  /** The scenarios that may notice one of them, which first run without mutations. */
  first: readonly Scenario[];
  /** The number of conversations with the unchanged assistants. */
  baseline: number;
  /** The maximum number of conversations with mutants. */
  most: number;
  /** US dollars of all conversations; `null` when unknown. */
  cost: number | null;
  /** The run that the costs are from. */
  run: string | null;
}

/** Estimates what running mutants takes. A scenario of unknown cost counts as an average one. */
export function estimateOf(
  mutants: readonly Mutant[],
  scenarios: readonly Scenario[],
  earlier: EarlierRun | null,
  isPlayed: boolean,
): Estimate {
  const known = scenarios.flatMap(({ id }) => earlier?.cost.get(id) ?? []);
  const average = known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0) / known.length;
  const seenOf = (id: string) => earlier?.seen.get(id) ?? null;
  const tried = mutants.flatMap((mutant) => possiblyCovering(mutant, scenarios, seenOf, isPlayed));
  const first = [...new Set(tried)];
  const conversations = (all: readonly Scenario[]) => all.reduce((sum, { repeat }) => sum + repeat.runs, 0);
  const cost = [...first, ...tried].reduce<number | null>((sum, { id, repeat }) => {
    const own = earlier?.cost.get(id) ?? average;
    return sum === null || own === null ? null : sum + own * repeat.runs;
  }, 0);
  return {
    mutants: mutants.length,
    first,
    baseline: conversations(first),
    most: conversations(tried),
    cost,
    run: earlier?.run ?? null,
  };
}

/** An estimate in words. */
export function estimateText(
  mutants: readonly Mutant[],
  estimate: Estimate,
  target: string,
  isPlayed: boolean,
): string {
  const counts = mutationKinds.flatMap((kind) => {
    const own = mutants.filter((each) => each.kind === kind).length;
    return own === 0 ? [] : [`${own} ${kind}`];
  });
  const { baseline, most } = estimate;
  return [
    `${counted(mutants.length, "mutant")} at ${target}: ${counts.join(", ")}`,
    `${counted(baseline, "conversation")} with the unchanged assistants, then at most ${most} with mutants; ${costText(estimate, isPlayed)}`,
    "",
  ].join("\n");
}

function costText({ cost, run }: Estimate, isPlayed: boolean): string {
  if (isPlayed) return "none costs money: the model's answers are scripted or recorded";
  if (cost === null || run === null) return "their cost is unknown: no stored run at this target has costs";
  return `at most about ${dollarsText(cost)}, based on the costs of the run ${run}`;
}

function counted(number: number, word: string): string {
  return `${number} ${number === 1 ? word : `${word}s`}`;
}
