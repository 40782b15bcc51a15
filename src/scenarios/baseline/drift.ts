import { compareText } from "../../kit/json.ts";
import type { Counts } from "../statistics/fisher.ts";
import type { Baseline, BaselineScenario } from "./baseline.ts";
import { baselineOf, changesSince } from "./compare.ts";
import type { Sample } from "./sample.ts";

/** A baseline as it was at an earlier commit. */
export interface EarlierBaseline {
  /** Short, with its day: `1a2b3c4d (2026-10-28)`. */
  name: string;
  baseline: Pick<Baseline, "scenarios">;
}

/** A scenario that passes less often than it once did, although no step in between was a regression. */
export interface Drift {
  id: string;
  /** The commit of the oldest baseline with the current version of the scenario. */
  since: string;
  before: Counts;
  after: Counts;
  /** Adjusted for the number of scenarios. */
  p: number;
}

/**
 * The scenarios that pass significantly less often than in the oldest of these baselines, which are given oldest first. A baseline that is refreshed
 * every night can get worse by steps that are not regressions themselves.
 */
export function driftSince(earlier: readonly EarlierBaseline[], samples: readonly Sample[]): Drift[] {
  const counted = new Map(
    samples.map(({ id, counts, fingerprint }) => [id, { counts, scenario: fingerprint?.scenario ?? null }]),
  );
  const oldest = new Map<string, { name: string; before: BaselineScenario }>();
  for (const { name, baseline } of earlier) {
    for (const [id, { scenario }] of counted) {
      const before = baselineOf(baseline, id, scenario);
      if (before !== null && !oldest.has(id)) oldest.set(id, { name, before });
    }
  }
  const scenarios = new Map([...oldest].map(([id, { before }]) => [id, before]));
  const worse = [...changesSince({ scenarios }, counted)].filter(([, { change }]) => change === "regression");
  return worse
    .map(([id, { before, adjusted }]) => ({
      id,
      since: oldest.get(id)?.name ?? "",
      before: { passed: before.passed, counted: before.counted },
      after: counted.get(id)?.counts ?? { passed: 0, counted: 0 },
      p: adjusted,
    }))
    .toSorted((one, other) => compareText(one.id, other.id));
}
