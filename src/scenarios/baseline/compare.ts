import { type PartHashes, changedParts, seenParts } from "../fingerprint.ts";
import type { ScenarioStatus } from "../results/result.ts";
import { compareCounts, runsNeeded, type CountsChange, type RunsNeeded } from "../statistics/compare.ts";
import type { Counts } from "../statistics/fisher.ts";
import type { MedianEstimate } from "../statistics/median.ts";
import { measureNames, scenarioOf, type Baseline, type BaselineScenario } from "./baseline.ts";
import type { Sample } from "./sample.ts";

/** The comparison of a suite with a baseline. Plain JSON. */
export interface BaselineReport {
  /** The file, as named on the command line. */
  file: string;
  /** In the order of the samples; scenarios that are gone come last. */
  scenarios: BaselineEntry[];
}

/** The comparison of one scenario with the baseline. */
export interface BaselineEntry {
  id: string;
  /**
   * `new`: the baseline does not have it. `rewritten`: the baseline has a different version of the scenario, which cannot be compared. `gone`: the
   * project no longer has it.
   */
  change: CountsChange["change"] | "new" | "rewritten" | "gone";
  /** Its own status; `null` for one that is gone. */
  status: ScenarioStatus | null;
  before: Counts | null;
  after: Counts | null;
  /** The p-value of a regression, adjusted for the number of scenarios; `null` when nothing was compared. */
  p: number | null;
  /** The number of runs that would be enough, if there is too little data. */
  needed: RunsNeeded | null;
  /** The parts that changed since: of the assistant or, for a rewritten scenario, of the scenario. */
  parts: string[];
  /** The measures that got larger or smaller: their intervals do not overlap. */
  measures: MeasureChange[];
  /** Sequences of tool calls that no run of the baseline made. */
  paths: string[];
}

/** A measure whose intervals before and after do not overlap. */
export interface MeasureChange {
  measure: "latency" | "tokens" | "cost";
  before: MedianEstimate;
  after: MedianEstimate;
}

/** The effect of a comparison on the exit code. */
export interface BaselineGate {
  regressions: number;
  /** The number that failed by their own verdict but are no worse than in the baseline. */
  excused: number;
  /** The number that failed by their own verdict, in too few runs to tell whether they are worse. */
  open: number;
}

/** The scenarios that fail a suite, and those that do not. Without a baseline, every failure does. */
export function gateOf(report: BaselineReport | null): BaselineGate {
  const count = (isSo: (entry: BaselineEntry) => boolean) => (report?.scenarios ?? []).filter(isSo).length;
  return {
    regressions: count(({ change }) => change === "regression"),
    excused: count(({ change, status }) => status === "failed" && (change === "stable" || change === "improved")),
    open: count(({ change, status }) => status === "failed" && change === "insufficient"),
  };
}

/** The counts of a scenario, and the version that ran; `null` when unknown. */
export interface CountedScenario {
  counts: Counts;
  scenario: PartHashes | null;
}

/** The entry of a baseline for the current version of a scenario; `null` when there is none, or it is of a different version. */
export function baselineOf(
  { scenarios }: Pick<Baseline, "scenarios">,
  id: string,
  now: PartHashes | null,
): BaselineScenario | null {
  const before = scenarios.get(id);
  return before === undefined || rewrittenParts(now, before).length > 0 ? null : before;
}

/** The changes of scenarios since a baseline, by id. Scenarios that it does not have, or has in a different version, are omitted. */
export function changesSince<C extends CountedScenario>(
  baseline: Pick<Baseline, "scenarios">,
  counted: ReadonlyMap<string, C>,
): Map<string, CountsChange & { before: BaselineScenario }> {
  const pairs = [...counted].flatMap(([id, { counts, scenario }]) => {
    const before = baselineOf(baseline, id, scenario);
    return before === null || counts.counted === 0 ? [] : [{ id, before, after: counts }];
  });
  const changes = compareCounts(pairs);
  return new Map(
    pairs.flatMap(({ id, before }, index) => {
      const change = changes[index];
      return change === undefined ? [] : [[id, { ...change, before }] as const];
    }),
  );
}

/** Compares a run with a baseline. `isKnown` is true for the scenarios of the project. */
export function compareWithBaseline(
  file: string,
  baseline: Baseline,
  samples: readonly Sample[],
  isKnown: (id: string) => boolean,
): BaselineReport {
  const counting = samples.filter(({ counts, status }) => counts.counted > 0 && status !== "quarantined");
  const compared = changesSince(
    baseline,
    new Map(counting.map((each) => [each.id, { counts: each.counts, scenario: partsOf(each) }])),
  );
  const needed = remembering((before) => runsNeeded(before, compared.size));
  const entries = counting.map((sample) => {
    const found = compared.get(sample.id);
    const before = baseline.scenarios.get(sample.id);
    if (found !== undefined) return comparedEntry(sample, found, baseline, needed);
    if (before === undefined) return bareEntry(sample.id, "new", { status: sample.status, after: sample.counts });
    const parts = rewrittenParts(partsOf(sample), before);
    const about = { status: sample.status, before: countsOf(before), after: sample.counts, parts };
    return bareEntry(sample.id, "rewritten", about);
  });
  const gone = [...baseline.scenarios].filter(([id]) => !isKnown(id));
  return {
    file,
    scenarios: entries.concat(gone.map(([id, before]) => bareEntry(id, "gone", { before: countsOf(before) }))),
  };
}

/** Caches a slow computation, because scenarios of a suite often have the same counts. */
function remembering(work: (before: Counts) => RunsNeeded): typeof work {
  const known = new Map<string, RunsNeeded>();
  return (before) => {
    const key = `${before.passed}/${before.counted}`;
    const found = known.get(key) ?? work(before);
    known.set(key, found);
    return found;
  };
}

/** The parts of a scenario that changed since the baseline; empty when unknown. */
function rewrittenParts(now: PartHashes | null, { scenario }: BaselineScenario): string[] {
  return now === null || scenario === null ? [] : changedParts(now, scenario);
}

const partsOf = ({ fingerprint }: Sample): PartHashes | null => fingerprint?.scenario ?? null;

function comparedEntry(
  sample: Sample,
  { change, adjusted, before }: CountsChange & { before: BaselineScenario },
  baseline: Baseline,
  needed: (before: Counts) => RunsNeeded,
): BaselineEntry {
  return {
    id: sample.id,
    change,
    status: sample.status,
    before: countsOf(before),
    after: sample.counts,
    p: adjusted,
    needed: change === "insufficient" ? needed(before) : null,
    parts: partsSince(sample, baseline),
    measures: changedMeasures(sample, before),
    paths: [...sample.paths.keys()].filter((path) => !before.paths.has(path)),
  };
}

function partsSince({ fingerprint, assistant }: Sample, { assistants }: Baseline): string[] {
  const before = assistants.get(assistant);
  if (fingerprint === null || before === undefined) return [];
  return changedParts(seenParts(fingerprint.assistant), seenParts(before));
}

/** The smallest differences worth reporting. Users do not notice a few milliseconds, but tokens and dollars are billed. */
const leastNoticed = { latency: 100, tokens: 1, cost: 0 };

function changedMeasures(sample: Sample, before: BaselineScenario): MeasureChange[] {
  const now = scenarioOf(sample).measures;
  return measureNames.flatMap((measure): MeasureChange[] => {
    const [old, after] = [before.measures[measure], now[measure]];
    if (!old?.interval || !after?.interval) return [];
    const meets = old.interval.low <= after.interval.high && after.interval.low <= old.interval.high;
    const isNoticed = Math.abs(after.median - old.median) >= leastNoticed[measure];
    return meets || !isNoticed ? [] : [{ measure, before: old, after }];
  });
}

function bareEntry(id: string, change: BaselineEntry["change"], more: Partial<BaselineEntry>): BaselineEntry {
  const nothing = { before: null, after: null, p: null, needed: null, parts: [], measures: [], paths: [] };
  return { ...nothing, id, change, status: null, ...more };
}

function countsOf({ passed, counted }: Counts): Counts {
  return { passed, counted };
}
