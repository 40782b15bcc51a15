import { bold, red } from "yoctocolors";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { causeOf } from "../execution/outage.ts";
import type { Spent } from "../record/cost.ts";
import type { ScenarioResult, ScenarioStatus } from "../results/result.ts";
import type { Summary } from "../results/summary.ts";
import { baselineLines } from "./against-baseline.ts";
import { renderFailure } from "./failure.ts";
import { incompleteLines, listed } from "./incomplete.ts";
import { lossLines } from "./losses.ts";
import type { FinishedRun, ReportContext } from "./reporter.ts";
import type { Paint } from "./status-line.ts";

/** Statuses whose results each get a separate screen. */
const shownAlone: ReadonlySet<ScenarioStatus> = new Set(["failed", "errored", "inconclusive"]);

/** The end of a report for people: every failure on its own screen, the comparison with a baseline, and the counts. */
export interface Closing {
  /** Adds a result. Returns true if it is the first with its cause and gets a separate screen. */
  take(this: void, result: ScenarioResult): boolean;
  /** Writes the end. Failures that were shown already are only named. */
  end(this: void, run: FinishedRun, areShown: boolean): Promise<void>;
}

/** Creates the closing part, which keeps only what it needs from the results. */
export function createClosing(options: Pick<ReportContext, "write" | "color" | "repeat" | "record">): Closing {
  const { write, color } = options;
  const paint: Paint = (style, text) => (color ? style(text) : text);
  /** The ids of failed scenarios, by cause, and by the first scenario with that cause. */
  const causes = new Map<string, string[]>();
  /** The ids of scenarios whose recordings could not be replayed to the end. */
  const stale: string[] = [];
  const writeFailures = async (results: FinishedRun["results"]) => {
    const others = new Map([...causes.values()].map(([first = "", ...more]) => [first, more]));
    let number = 0;
    for await (const result of results((id) => others.has(id))) {
      number += 1;
      const same = others.get(result.id) ?? [];
      write(`\n${paint(red, `── ${number} of ${others.size} ──`)}\n${renderFailure(result, options)}\n`);
      if (same.length > 0) write(`\nthe same failure in ${same.length} more: ${listed(same)}\n`);
    }
  };
  const nameFailures = () => {
    const all = [...causes.values()].flat();
    if (all.length > 1) write(`\nnot passed: ${listed(all)}\n`);
  };
  return {
    take(result) {
      if (result.stale !== undefined && result.status === "not_run") stale.push(result.id);
      if (!shownAlone.has(result.status)) return false;
      const cause = causeOfResult(result);
      const same = causes.get(cause) ?? [];
      causes.set(cause, [...same, result.id]);
      return same.length === 0;
    },
    async end({ summary, time, results }, areShown) {
      if (areShown) nameFailures();
      else await writeFailures(results);
      if (stale.length > 0) write(`\n${staleLine(stale.length)}\n  ${options.record(stale)}\n`);
      if (summary.losses !== null) write(`\n${lossLines(summary.losses).join("\n")}\n`);
      if (summary.baseline !== null) write(`\n${baselineLines(summary.baseline).join("\n")}\n`);
      if (summary.incomplete !== null) write(`\n${incompleteLines(summary.incomplete).join("\n")}\n`);
      write(`\n${paint(bold, summaryLine(summary, time))}\n`);
    },
  };
}

function staleLine(count: number): string {
  return count === 1
    ? "1 recording is stale or missing. To record it:"
    : `${count} recordings are stale or missing. To record them:`;
}

/** Scenarios that could not run because of the target, or could not even begin, share a cause with similar ones; every other failure is its own cause. */
function causeOfResult({ id, status, record, problems }: ScenarioResult): string {
  const errors = problems.filter(({ severity }) => severity === "error");
  const isShared = record === null || errors.every(({ kind }) => kind === "remote");
  return status === "errored" && isShared ? errors.map(causeOf).join() : id;
}

/** `5 passed, 1 failed (1.2 s)` */
export function summaryLine({ counts, spent, asked }: Summary, time: number): string {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status.replace("_", " ")}`);
  return `${parts.length === 0 ? "no scenarios" : parts.join(", ")} (${durationText(time)}${costText(spent, "turn")}${askedText(asked)})`;
}

/** Empty as long as no cost is known. */
function costText({ dollars, known, unknown }: Spent, what: string): string {
  if (known === 0) return "";
  const more = unknown === 0 ? "" : ` and ${unknown} ${unknown === 1 ? what : `${what}s`} of unknown cost`;
  return `, ${dollarsText(dollars)}${more}`;
}

/** The cost of judges and simulated users, which is not part of the cost of turns. */
function askedText(asked: Spent): string {
  const text = costText(asked, "answer");
  return text === "" ? "" : `${text} for judges and simulated users`;
}
