import { cutEnd } from "../../kit/difference.ts";
import { fencedBlock, markdownLine } from "../../kit/markdown-text.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import type { SuiteLoss } from "../against/suite-losses.ts";
import { countsText, pText, rangeText } from "../reports/against-baseline.ts";
import { lossLines } from "../reports/losses.ts";
import { callsText, percent } from "../side-by-side/render.ts";
import type { BehaviourChange, BehaviourKind, ComparedBehaviour, ShownBrief, TurnCalls } from "./compare.ts";

/** The changes in behaviour since a commit. Plain JSON. */
export type Behaviour =
  | ({
      kind: "compared";
      /** The commit, in words. */
      since: string;
      /** The expectations that the suite lost or weakened. */
      losses: readonly SuiteLoss[];
    } & ComparedBehaviour)
  /** Set when the files of one side cannot be read. */
  | { kind: "unknown"; since: string; why: string };

/** Behaviour in Markdown: a summary line, and parts of which any number can be dropped from the end. */
export interface BehaviourMarkdown {
  verdict: string;
  parts: string[];
}

/** The order in which they are counted and shown. */
const order: readonly BehaviourKind[] = [
  "new_failure",
  "regression",
  "failing",
  "undecided",
  "not_run",
  "fixed",
  "improved",
  "different",
  "first",
  "alike",
];

const signs: Record<BehaviourKind, string> = {
  new_failure: "✗",
  regression: "✗",
  failing: "✗",
  undecided: "?",
  not_run: "?",
  fixed: "✓",
  improved: "✓",
  different: "~",
  first: "+",
  alike: "=",
};

const counted: Record<BehaviourKind, readonly [one: string, many: string]> = {
  new_failure: ["new failure", "new failures"],
  regression: ["passes less often", "pass less often"],
  failing: ["still fails", "still fail"],
  undecided: ["undecided", "undecided"],
  not_run: ["not run in its current form", "not run in their current form"],
  fixed: ["fixed", "fixed"],
  improved: ["passes more often", "pass more often"],
  different: ["passes differently", "pass differently"],
  first: ["passes, unknown before", "pass, unknown before"],
  alike: ["as before", "as before"],
};

/** The summary line of behaviour: `worse: 1 new failure, 3 as before, 8 not affected`. */
export function verdictLine(behaviour: Behaviour): string {
  if (behaviour.kind === "unknown") return `unknown: ${behaviour.why}`;
  const { scenarios, untouched, losses } = behaviour;
  const count = (kind: BehaviourKind) => scenarios.filter((each) => each.kind === kind).length;
  const counts = order.flatMap((kind) => {
    const number = count(kind);
    return number === 0 ? [] : [`${number} ${counted[kind][number === 1 ? 0 : 1]}`];
  });
  const lost = losses.length === 1 ? "1 expectation" : `${losses.length} expectations`;
  const rest = [
    ...(losses.length === 0 ? [] : [`${lost} removed or weakened`]),
    ...(untouched === 0 ? [] : [`${untouched} not affected`]),
  ];
  const all = [...counts, ...rest];
  return `${verdictWord(behaviour)}${all.length === 0 ? "" : `: ${all.join(", ")}`}`;
}

function verdictWord({
  scenarios,
  losses,
}: Pick<ComparedBehaviour, "scenarios"> & { losses: readonly SuiteLoss[] }): string {
  const kinds = new Set(scenarios.map(({ kind }) => kind));
  if (kinds.has("new_failure") || kinds.has("regression")) return "worse";
  if (losses.length > 0) return "expects less";
  if (kinds.has("failing")) return "still failing";
  if (kinds.has("undecided") || kinds.has("not_run")) return "unknown";
  if (kinds.has("fixed") || kinds.has("improved")) return "better";
  if (kinds.has("different")) return "different";
  return kinds.size === 0 ? "not affected" : "no worse";
}

/** Behaviour for a terminal; unchanged scenarios are only counted. */
export function behaviourText(behaviour: Behaviour): string {
  const head = `Behaviour since ${behaviour.since}: ${verdictLine(behaviour)}`;
  if (behaviour.kind === "unknown") return `${printableLine(head)}\n`;
  const lines = [
    head,
    ...shownOf(behaviour).flatMap((change) => {
      const detail = detailLines(change).map((line) => `    ${line}`);
      return [`${signs[change.kind]} ${change.id}  ${outcome(change)}`].concat(detail);
    }),
    ...notRunLines(behaviour, mostNotRun),
    ...(behaviour.losses.length === 0 ? [] : lossLines(behaviour)),
  ];
  return lines.map((line) => `${printableLine(line)}\n`).join("");
}

/** The maximum number of lines for scenarios that were not run. */
const mostNotRun = 10;

/** The scenarios that were not run, one line each, and how many more there are. */
function notRunLines({ scenarios }: ComparedBehaviour, most: number): string[] {
  const all = scenarios.filter(({ kind }) => kind === "not_run");
  const lines = all.slice(0, most).map(({ id, because }) => `? ${id}  not run: ${because.join(", ")}`);
  return all.length > most ? [...lines, `  ${all.length - most} more were not run`] : lines;
}

/** The maximum length of a name or a remark in a comment, in characters. */
const longestRemark = 200;
const longestVerdict = 500;
/** The maximum number of lines for one scenario, and for lost expectations. */
const mostLines = 60;

/** Behaviour for a comment, the worst first; ids and names are escaped. */
export function behaviourMarkdown(behaviour: Behaviour): BehaviourMarkdown {
  const since = shortened(behaviour.since);
  const verdict = `**Behaviour** since ${since}: ${markdownLine(cutEnd(verdictLine(behaviour), longestVerdict))}`;
  if (behaviour.kind === "unknown") return { verdict, parts: [] };
  const lost = behaviour.losses.length === 0 ? [] : [details("- no longer expected", "", lossLines(behaviour))];
  const shown = shownOf(behaviour).map((change) => {
    const title = `${signs[change.kind]} <code>${shortened(change.id)}</code>`;
    return details(title, shortened(outcome(change)), detailLines(change));
  });
  const bad = behaviour.scenarios.filter(({ kind }) => kind === "new_failure" || kind === "regression").length;
  const missing = notRunLines(behaviour, mostLines);
  const notRun = missing.length === 0 ? [] : [details("? not run in their current form", "", missing)];
  return { verdict, parts: [...shown.slice(0, bad), ...lost, ...shown.slice(bad), ...notRun] };
}

function shortened(text: string): string {
  return markdownLine(cutEnd(text, longestRemark));
}

function details(title: string, remark: string, lines: readonly string[]): string {
  const summary = `<summary>${[title, remark].filter((each) => each !== "").join(" ")}</summary>`;
  const left = lines.length - mostLines;
  const shown = left > 1 ? [...lines.slice(0, mostLines), `  ${left} more lines`] : lines;
  const text = shown.map((line) => cutEnd(printableLine(line), longestRemark)).join("\n");
  return `<details>${summary}\n\n${fencedBlock("diff", text)}\n\n</details>`;
}

/** The scenarios that are shown individually, the worst first. */
function shownOf({ scenarios }: ComparedBehaviour): BehaviourChange[] {
  return order
    .filter((kind) => kind !== "alike" && kind !== "not_run")
    .flatMap((kind) => scenarios.filter((change) => change.kind === kind));
}

/** `passed 5/5 -> failed 3/5 (p = 0.0031)` */
function outcome({ before, after, p, kind }: BehaviourChange): string {
  const change = `${before === null ? "unknown" : sideText(before)} -> ${after === null ? "unknown" : sideText(after)}`;
  const isOften = (before?.counted ?? 0) > 1 && (kind === "new_failure" || kind === "regression");
  return isOften && p !== null ? `${change} (${pText(p)})` : change;
}

function sideText({ status, source, ...counts }: ShownBrief): string {
  const runs = counts.counted > 1 ? ` ${countsText(counts)}` : "";
  return `${status}${runs}${source === "recording" ? " in its recording" : ""}`;
}

/** The differences, one line each; the first character determines the colour in a comment. */
function detailLines({ because, turns, failures, before, after, measures }: BehaviourChange): string[] {
  return [
    `  because of ${because.join(", ")}`,
    ...turns.flatMap(turnLines),
    ...failures.map(({ expectation, sides: [old, now] }) => {
      const was = before === null ? "" : `${failedText(old, before)} -> `;
      return `${now === 0 ? "+" : "-"} ${expectation}: ${was}${after === null ? now : failedText(now, after)}`;
    }),
    ...measures.map(({ measure, sides: [old, now], differs }) => {
      const change = old.median === 0 ? "" : `  (${percent(now.median / old.median - 1)})`;
      return `${differs ? "!" : " "} ${measure}: ${rangeText(old, measure)} -> ${rangeText(now, measure)}${change}`;
    }),
  ];
}

/** `held`, `failed`, or for several runs `failed in 6 of 10`. */
function failedText(failed: number, { counted: runs }: ShownBrief): string {
  if (failed === 0) return "held";
  return runs > 1 ? `failed in ${failed} of ${runs}` : "failed";
}

function turnLines({ turn, sides: [old, now], appeared, vanished }: TurnCalls): string[] {
  const text = (calls: TurnCalls["sides"][0]) => (Object.keys(calls).length === 0 ? "not reached" : callsText(calls));
  return [
    `! turn ${turn}: ${text(old)} -> ${text(now)}`,
    ...appeared.map((name) => `+ turn ${turn} calls ${name}`),
    ...vanished.map((name) => `- turn ${turn} no longer calls ${name}`),
  ];
}
