import type { Random } from "../../kit/random.ts";
import { compareText } from "../../kit/json.ts";
import type { ScenarioStatus } from "../results/result.ts";
import { compareCounts, runsNeeded, type CountsChange, type RunsNeeded } from "../statistics/compare.ts";
import type { Counts } from "../statistics/fisher.ts";
import { estimateMedian, type MedianEstimate } from "../statistics/median.ts";
import type { SideSample, TurnSample } from "./side.ts";

/** The comparison of a suite on two sides. Plain JSON. */
export interface SideBySide {
  /** The names of the targets, or of the models. */
  sides: [string, string];
  /** In the order of the files. */
  scenarios: ComparedScenario[];
}

/** One scenario on both sides; `null` for a side without a counted run. */
export interface ComparedScenario {
  id: string;
  /** `not_compared`: no run was carried out on one of the sides. */
  change: CountsChange["change"] | "not_compared";
  /** The one-sided p-value, adjusted for the number of scenarios; `null` when nothing was compared. */
  p: number | null;
  /** The number of runs that would be enough, if there is too little data. */
  needed: RunsNeeded | null;
  statuses: [ScenarioStatus | null, ScenarioStatus | null];
  counts: [Counts, Counts];
  /** The differences, turn by turn. */
  turns: ComparedTurn[];
}

/** The differences in one turn. */
export interface ComparedTurn {
  /** `2`, or `2.1` for the first message of a simulated user. */
  turn: string;
  differences: Difference[];
}

/** A difference between the two sides of a turn. */
export type Difference =
  /** The number of runs in which the turn passed, of those that carried it out. */
  | { kind: "outcome"; sides: [Counts, Counts] }
  /** The calls, the end of the turn, or the failed expectations, each with the number of runs. */
  | { kind: "calls" | "ended" | "failed"; sides: [Record<string, number>, Record<string, number>] }
  | { kind: "tokens" | "latency" | "cost"; sides: [MedianEstimate, MedianEstimate] };

/** Compares two sides. `random` draws the samples for the intervals of medians. */
export function compareSides(
  sides: [string, string],
  first: readonly SideSample[],
  second: readonly SideSample[],
  random: Random,
): SideBySide {
  const others = new Map(second.map((sample) => [sample.id, sample]));
  const ids = [...new Set([...first, ...second].map(({ id }) => id))];
  const before = new Map(first.map((sample) => [sample.id, sample]));
  const pairs = ids.map((id) => ({ id, one: before.get(id), other: others.get(id) }));
  const comparable = pairs.flatMap(({ id, one, other }) =>
    one !== undefined && other !== undefined && one.counts.counted > 0 && other.counts.counted > 0
      ? [{ id, before: one.counts, after: other.counts }]
      : [],
  );
  const changes = new Map(compareCounts(comparable).map((change, index) => [comparable[index]?.id, change]));
  return {
    sides,
    scenarios: pairs.map(({ id, one, other }): ComparedScenario => {
      const change = changes.get(id);
      return {
        id,
        change: change?.change ?? "not_compared",
        p: change?.adjusted ?? null,
        needed:
          change?.change === "insufficient" && one !== undefined ? runsNeeded(one.counts, comparable.length) : null,
        statuses: [one?.status ?? null, other?.status ?? null],
        counts: [one?.counts ?? nothing, other?.counts ?? nothing],
        turns: comparedTurns(one, other, random),
      };
    }),
  };
}

const nothing: Counts = { passed: 0, counted: 0 };

function comparedTurns(one: SideSample | undefined, other: SideSample | undefined, random: Random): ComparedTurn[] {
  if (one === undefined || other === undefined) return [];
  const names = [...new Set([...one.turns.keys(), ...other.turns.keys()])];
  return names.flatMap((turn): ComparedTurn[] => {
    const [before, after] = [one.turns.get(turn), other.turns.get(turn)];
    if (before === undefined || after === undefined) return [];
    const differences = differencesOf(before, after, random);
    return differences.length === 0 ? [] : [{ turn, differences }];
  });
}

function differencesOf(before: TurnSample, after: TurnSample, random: Random): Difference[] {
  const outcomes: [Counts, Counts] = [countsOf(before.passed), countsOf(after.passed)];
  const tallied = (["failed", "endings", "calls"] as const).flatMap((key): Difference[] => {
    const sides: [Record<string, number>, Record<string, number>] = [tally(before[key]), tally(after[key])];
    const isSame = Object.keys(sides[0]).join() === Object.keys(sides[1]).join();
    return isSame ? [] : [{ kind: key === "endings" ? "ended" : key, sides }];
  });
  const isOther = outcomes[0].passed * outcomes[1].counted !== outcomes[1].passed * outcomes[0].counted;
  const measures = (["tokens", "latency", "cost"] as const).flatMap((kind): Difference[] => {
    const [low, high] = [estimateMedian(before[kind], random), estimateMedian(after[kind], random)];
    if (low === null || high === null || !areApart(low, high, kind)) return [];
    return [{ kind, sides: [low, high] }];
  });
  return [...(isOther ? [{ kind: "outcome" as const, sides: outcomes }] : []), ...tallied, ...measures];
}

function countsOf(passed: readonly boolean[]): Counts {
  return { passed: passed.filter((each) => each).length, counted: passed.length };
}

function tally(texts: readonly string[]): Record<string, number> {
  const groups = [...Map.groupBy(texts, (text) => text)].map(([text, all]): [string, number] => [text, all.length]);
  return Object.fromEntries(groups.toSorted(([one], [other]) => compareText(one, other)));
}

/** The minimum difference between single runs, as a share of the larger value. */
const leastShare = 0.2;
/** The minimum difference in milliseconds; smaller differences are noise of the machine. */
const leastTime = 50;

/** True when the intervals of two medians do not overlap or, without intervals, when the medians are far apart. */
export function areApart(one: MedianEstimate, other: MedianEstimate, measure: "tokens" | "latency" | "cost"): boolean {
  const distance = Math.abs(one.median - other.median);
  if (distance <= (measure === "latency" ? leastTime : 0)) return false;
  if (one.interval !== null && other.interval !== null)
    return one.interval.high < other.interval.low || other.interval.high < one.interval.low;
  return distance >= leastShare * Math.max(one.median, other.median);
}

/**
 * The exit code of a comparison: 1 when the second side is worse in a scenario, 7 when there are too few runs to tell or a scenario could not be
 * compared, else 0. Scenarios that are skipped or quarantined on one side do not count.
 */
export function exitCodeOfSides({ scenarios: all }: SideBySide): number {
  const scenarios = all.filter(({ statuses }) => !statuses.includes("skipped") && !statuses.includes("quarantined"));
  if (scenarios.some(({ change }) => change === "regression")) return 1;
  return scenarios.some((each) => each.change === "not_compared" || isOpen(each)) ? 7 : 0;
}

/** True when a scenario is worse in the available runs, which are too few to decide. */
function isOpen({ change, counts: [one, other] }: ComparedScenario): boolean {
  return change === "insufficient" && other.passed * one.counted < one.passed * other.counted;
}
