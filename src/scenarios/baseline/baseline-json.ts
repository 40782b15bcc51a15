import { compareText } from "../../kit/json.ts";
import type { WrittenBaseline } from "../../project/schemas/baseline.ts";
import type { PartHashes } from "../fingerprint.ts";
import type { MedianEstimate } from "../statistics/median.ts";
import type { Baseline, BaselineScenario } from "./baseline.ts";

export const baselineVersion = 1;

type WrittenScenario = WrittenBaseline["scenarios"][string];
type WrittenMedian = NonNullable<WrittenScenario["latency"]>;

/** The baseline from its written form, which has been checked against its schema. */
export function readBaseline({ project, target, assistants, scenarios }: WrittenBaseline): Baseline {
  return {
    project,
    target,
    assistants: new Map(Object.entries(assistants)),
    scenarios: new Map(Object.entries(scenarios).map(([id, each]) => [id, readScenario(each)])),
  };
}

/** The text of a baseline's file: equal for equal baselines, whenever and however they were made. */
export function baselineText({ project, target, assistants, scenarios }: Baseline): string {
  const written: WrittenBaseline = {
    format_version: baselineVersion,
    project,
    target,
    assistants: Object.fromEntries([...assistants].map(([name, parts]) => [name, sorted(parts)])),
    scenarios: Object.fromEntries([...scenarios].map(([id, each]) => [id, writeScenario(each)])),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** One scenario from its written form. */
export function readScenario({ scenario, paths, latency, tokens, cost, ...rest }: WrittenScenario): BaselineScenario {
  return {
    ...rest,
    scenario: scenario ?? null,
    paths: new Map(Object.entries(paths)),
    measures: { latency: readMedian(latency), tokens: readMedian(tokens), cost: readMedian(cost) },
  };
}

function readMedian(written: WrittenMedian | undefined): MedianEstimate | null {
  if (written === undefined) return null;
  const { median, low, high } = written;
  return { median, interval: low === undefined || high === undefined ? null : { low, high } };
}

/** One scenario in its written form. */
export function writeScenario({
  assistant,
  counted,
  passed,
  scenario,
  paths,
  measures,
}: BaselineScenario): WrittenScenario {
  const { latency, tokens, cost } = measures;
  return {
    assistant,
    counted,
    passed,
    ...(scenario !== null && { scenario: sorted(scenario) }),
    paths: Object.fromEntries(paths),
    ...(latency !== null && { latency: writeMedian(latency) }),
    ...(tokens !== null && { tokens: writeMedian(tokens) }),
    ...(cost !== null && { cost: writeMedian(cost) }),
  };
}

function writeMedian({ median, interval }: MedianEstimate): WrittenMedian {
  if (interval === null) return { median: rounded(median) };
  return { median: rounded(median), low: rounded(interval.low), high: rounded(interval.high) };
}

/** Rounds to three digits: more would suggest false precision, and change with every run. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function sorted(parts: PartHashes): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).toSorted(([one], [other]) => compareText(one, other)));
}
