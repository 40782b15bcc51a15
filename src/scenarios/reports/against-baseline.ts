import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { printable } from "../../kit/terminal-text.ts";
import { gateOf, type BaselineEntry, type BaselineReport, type MeasureChange } from "../baseline/compare.ts";
import type { Counts } from "../statistics/fisher.ts";
import type { MedianEstimate } from "../statistics/median.ts";

type Change = BaselineEntry["change"];

const signs: Record<Change, string> = {
  regression: "✗",
  improved: "↑",
  stable: "=",
  insufficient: "?",
  new: "+",
  rewritten: "~",
  gone: "-",
};

const words: Record<Change, string> = {
  regression: "regression",
  improved: "improved",
  stable: "stable",
  insufficient: "insufficient data",
  new: "new",
  rewritten: "rewritten",
  gone: "gone",
};

/** The order in which they are counted and shown. */
const changes = Object.keys(words) as Change[];
const mostOfAKind = 20;
const mostPaths = 3;

/** The comparison of a suite with a baseline: the counts, then a line for everything that is not simply stable. */
export function baselineLines({ file, scenarios }: BaselineReport): string[] {
  const groups = changes.map((change) => scenarios.filter((each) => each.change === change));
  const counts = groups.flatMap(([first, ...more]) =>
    first === undefined ? [] : [`${more.length + 1} ${words[first.change]}`],
  );
  return [
    `against ${printable(file)}: ${counts.join(", ") || "nothing to compare"}`,
    ...groups.flatMap((group) => cut(group.flatMap(entryLines))),
    ...gateLines({ file, scenarios }),
  ];
}

function cut(lines: readonly string[]): string[] {
  const rest = lines.length - mostOfAKind;
  return rest > 1 ? [...lines.slice(0, mostOfAKind), `    and ${rest} more lines`] : [...lines];
}

/** How failures of scenarios in the baseline are counted. */
function gateLines(report: BaselineReport): string[] {
  const { excused, open } = gateOf(report);
  return [
    ...(excused > 0 ? [`  not counted as failed (no worse than the baseline): ${scenariosText(excused)}`] : []),
    ...(open > 0 ? [`  failed, but with too few runs to tell whether they got worse: ${scenariosText(open)}`] : []),
  ];
}

const scenariosText = (number: number) => `${number} ${number === 1 ? "scenario" : "scenarios"}`;

function entryLines(entry: BaselineEntry): string[] {
  const details = [...measureLines(entry.measures), ...pathLines(entry)];
  if (entry.change === "stable" && details.length === 0) return [];
  const { id, before, after } = entry;
  const counts = [before, after].flatMap((each) => (each === null ? [] : [countsText(each)])).join(" -> ");
  return [`  ${signs[entry.change]} ${printable(id)}  ${counts}  ${explained(entry)}`, ...details];
}

function explained({ change, p, needed, parts }: BaselineEntry): string {
  const since = parts.length === 0 ? "" : `; changed since: ${printable(parts.join(", "))}`;
  switch (change) {
    case "regression":
      return `regression (${pText(p ?? 0)})${since}`;
    case "insufficient":
      return `insufficient data${needed === null ? "" : `: ${neededText(needed)}`}`;
    case "rewritten":
      return `the scenario changed (${printable(parts.join(", "))})`;
    case "improved":
    case "stable":
    case "new":
    case "gone":
      return words[change];
  }
}

function neededText({ after, both }: NonNullable<BaselineEntry["needed"]>): string {
  if (after !== null) return `${after} runs would be enough`;
  return both === null
    ? "not even 1,000 runs would be enough"
    : `the baseline has too few runs; ${both} runs in each would be enough`;
}

function measureLines(measures: readonly MeasureChange[]): string[] {
  return measures.map(({ measure, before, after }) => {
    const show = (estimate: MedianEstimate) => rangeText(estimate, measure);
    const direction = after.median > before.median ? "more" : "less";
    return `      ${direction} ${measure}: ${show(before)} -> ${show(after)}`;
  });
}

/** `1.2 s (1.1 s - 1.4 s)`: a median and its interval. */
export function rangeText({ median, interval }: MedianEstimate, measure: MeasureChange["measure"]): string {
  const show = (value: number) => valueText(value, measure);
  return interval === null ? show(median) : `${show(median)} (${show(interval.low)} - ${show(interval.high)})`;
}

function valueText(value: number, measure: MeasureChange["measure"]): string {
  if (measure === "latency") return durationText(value);
  return measure === "cost" ? dollarsText(value) : String(Math.round(value));
}

function pathLines({ paths }: BaselineEntry): string[] {
  const rest = paths.length - mostPaths;
  return [
    ...paths.slice(0, mostPaths).map((path) => `      calls not made in any run of the baseline: ${printable(path)}`),
    ...(rest > 0 ? [`      and ${rest} other sequences of calls`] : []),
  ];
}

/** `4/5` */
export function countsText({ passed, counted }: Counts): string {
  return `${passed}/${counted}`;
}

/** `p = 0.0031` */
export function pText(p: number): string {
  return p < 0.0001 ? "p < 0.0001" : `p = ${Number(p.toPrecision(2))}`;
}
