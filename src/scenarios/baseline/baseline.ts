import { compareText } from "../../kit/json.ts";
import { createRandom } from "../../kit/random.ts";
import type { PartHashes } from "../fingerprint.ts";
import type { Counts } from "../statistics/fisher.ts";
import { estimateMedian, type MedianEstimate } from "../statistics/median.ts";
import type { Sample } from "./sample.ts";

/** How the scenarios of a suite did at a target, to compare later runs with. */
export interface Baseline {
  project: string;
  target: string;
  /** By the names of the assistants: what was tested. */
  assistants: ReadonlyMap<string, PartHashes>;
  /** By id. */
  scenarios: ReadonlyMap<string, BaselineScenario>;
}

/** How one scenario did. */
export interface BaselineScenario extends Counts {
  assistant: string;
  /** What was run; `null` when it is not known. */
  scenario: PartHashes | null;
  /** The tools that were called, and in how many runs. */
  paths: ReadonlyMap<string, number>;
  measures: Measures;
}

/** What a run that passed took: milliseconds of its turns, tokens, US dollars. `null` when it is not known of every such run. */
export interface Measures {
  latency: MedianEstimate | null;
  tokens: MedianEstimate | null;
  cost: MedianEstimate | null;
}

export const measureNames = ["latency", "tokens", "cost"] as const;

/** Any will do: the same runs have the same interval, whoever works it out. */
const seed = 1;

/** How one scenario did in the runs of a sample. */
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
 * The baseline with what these samples show; scenarios that were not run stay as they are, those that the project no longer has go.
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
