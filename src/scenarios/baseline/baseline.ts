import { compareText } from "../../kit/json.ts";
import { createRandom } from "../../kit/random.ts";
import type { PartHashes } from "../fingerprint.ts";
import type { Counts } from "../statistics/fisher.ts";
import { estimateMedian, type MedianEstimate } from "../statistics/median.ts";
import type { Sample } from "./sample.ts";

/** The results of a suite's scenarios at a target, for comparison with later runs. */
export interface Baseline {
  project: string;
  target: string;
  /** The tested assistants, by name. */
  assistants: ReadonlyMap<string, PartHashes>;
  /** By id. */
  scenarios: ReadonlyMap<string, BaselineScenario>;
}

/** The results of one scenario. */
export interface BaselineScenario extends Counts {
  assistant: string;
  /** The scenario as it ran; `null` when unknown. */
  scenario: PartHashes | null;
  /** The tools that were called, with the number of runs. */
  paths: ReadonlyMap<string, number>;
  measures: Measures;
}

/** The measures of passed runs: milliseconds of the turns, tokens, US dollars. `null` when one is not known for every passed run. */
export interface Measures {
  latency: MedianEstimate | null;
  tokens: MedianEstimate | null;
  cost: MedianEstimate | null;
}

export const measureNames = ["latency", "tokens", "cost"] as const;

/** An arbitrary fixed seed, so that the same runs always have the same interval. */
const seed = 1;

/** The results of one scenario in the runs of a sample. */
export function scenarioOf({ assistant, counts, fingerprint, paths, measures }: Sample): BaselineScenario {
  const estimate = (values: readonly number[] | null) => values && estimateMedian(values, createRandom(seed));
  return {
    ...counts,
    assistant,
    scenario: fingerprint?.scenario ?? null,
    paths,
    measures: {
      latency: estimate(measures.latency),
      tokens: estimate(measures.tokens),
      cost: estimate(measures.cost),
    },
  };
}

/**
 * The baseline updated with these samples. Scenarios that did not run are unchanged; those that the project no longer has are removed.
 * Sorted, so that the same runs give the same file.
 */
export function withSamples(
  before: Pick<Baseline, "assistants" | "scenarios">,
  samples: readonly Sample[],
  isKnown: (id: string) => boolean,
): Pick<Baseline, "assistants" | "scenarios"> {
  const kept = [...before.scenarios].filter(([id]) => isKnown(id));
  const scenarios = new Map([...kept, ...samples.map((each) => [each.id, scenarioOf(each)] as const)]);
  const used = new Set([...scenarios.values()].map(({ assistant }) => assistant));
  const tested = samples.flatMap(({ assistant, fingerprint }) =>
    fingerprint === null ? [] : [[assistant, fingerprint.assistant] as const],
  );
  const assistants = [...new Map([...before.assistants, ...tested])].filter(([name]) => used.has(name));
  return { assistants: sorted(assistants), scenarios: sorted([...scenarios]) };
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Map<string, T> {
  return new Map(entries.toSorted(([one], [other]) => compareText(one, other)));
}
