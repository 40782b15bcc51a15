import { bold, dim, green, red, yellow } from "yoctocolors";
import { renderProblem } from "../../problem-text.ts";
import { quarantineFile } from "../../project/folders.ts";
import { causeOf } from "../execution/outage.ts";
import { goodStatuses, type AttemptResult, type ScenarioResult, type ScenarioStatus } from "../results/result.ts";
import type { Spent } from "../record/cost.ts";
import { incompleteLines, listed } from "./incomplete.ts";
import { lossLines } from "./losses.ts";
import type { Summary } from "../results/summary.ts";
import { baselineLines } from "./against-baseline.ts";
import { problemOf, renderFailure } from "./failure.ts";
import { handlerFailures } from "./handler-failure.ts";
import type { ReportContext, Reporter } from "./reporter.ts";
import { attemptName, runsLine } from "./runs.ts";
import { transcriptOf } from "./transcript.ts";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { cutEnd } from "../../kit/difference.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";

/** How a list is shown. */
type ListOptions = Pick<ReportContext, "write" | "color" | "conversations" | "repeat" | "record">;

const marks: Record<ScenarioStatus, { sign: string; paint: (text: string) => string }> = {
  passed: { sign: "✓", paint: green },
  observed: { sign: "○", paint: dim },
  flaky: { sign: "≈", paint: yellow },
  failed: { sign: "✗", paint: red },
  errored: { sign: "!", paint: red },
  inconclusive: { sign: "?", paint: yellow },
  skipped: { sign: "-", paint: yellow },
  quarantined: { sign: "q", paint: dim },
  not_run: { sign: "·", paint: dim },
};

/** Statuses of which each result has a screen of its own in the end. */
const shownAlone: ReadonlySet<ScenarioStatus> = new Set(["failed", "errored", "inconclusive"]);

/** A line a scenario as they finish; then every failure on its own screen; then the counts. */
export function createListReporter(options: ListOptions): Reporter {
  /** The ids of those that failed, by their cause, and by the first of them. */
  const causes = new Map<string, string[]>();
  /** The ids of those whose recordings could not be played to their end. */
  const stale: string[] = [];
  const { write, color, conversations } = options;
  const paint = (style: (text: string) => string, text: string) => (color ? style(text) : text);

  return {
    result(result) {
      write(`${statusLine(result, paint)}\n`);
      if (goodStatuses.has(result.status) && conversations) write(conversationOf(result));
      for (const verdict of result.verdicts.filter(({ pass, severity }) => !pass && severity === "warn")) {
        write(`${indent(renderProblem(problemOf(verdict), { color }))}\n`);
      }
      if (result.stale !== undefined && result.status === "not_run") stale.push(result.id);
      for (const line of notes(result)) write(`${indent(line)}\n`);
      if (!shownAlone.has(result.status)) return;
      const cause = causeOfResult(result);
      causes.set(cause, [...(causes.get(cause) ?? []), result.id]);
    },
    async end({ summary, time, results }) {
      const others = new Map([...causes.values()].map(([first = "", ...more]) => [first, more]));
      let number = 0;
      for await (const result of results((id) => others.has(id))) {
        number += 1;
        const same = others.get(result.id) ?? [];
        write(`\n${paint(red, `── ${number} of ${others.size} ──`)}\n${renderFailure(result, options)}\n`);
        if (same.length > 0) write(`\nthe same in ${same.length} more: ${listed(same)}\n`);
      }
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

/** What is told of a scenario that passed: handlers that failed on the way, and why it was tried more than once. */
function notes(result: ScenarioResult): string[] {
  if (result.quarantine?.steady === true) return [`it passes steadily: its quarantine may end (${quarantineFile})`];
  if (!goodStatuses.has(result.status)) return [];
  const others = result.attempts
    .filter(({ status, problems }) => status !== "passed" && problems !== undefined)
    .map((attempt) => `${attemptName(attempt, result)} ${attempt.status}: ${reasonOf(attempt)}`);
  return [...others.slice(0, mostNotes).map(printable), ...handlerFailures(result.record)];
}

const mostNotes = 10;

function reasonOf({ verdicts = [], problems = [] }: AttemptResult): string {
  const miss = verdicts.find(({ pass, severity }) => !pass && severity === "gate");
  return problems.find(({ severity }) => severity === "error")?.message ?? miss?.sentence ?? "";
}

/** What could not be carried out because of the other side, or could not even begin, has one cause with its like; every other failure is its own. */
function causeOfResult({ id, status, record, problems }: ScenarioResult): string {
  const errors = problems.filter(({ severity }) => severity === "error");
  const isShared = record === null || errors.every(({ kind }) => kind === "remote");
  return status === "errored" && isShared ? errors.map(causeOf).join() : id;
}

/** Characters: the same reason may stand in many lines. */
const mostOfReason = 90;

type Paint = (style: (text: string) => string, text: string) => string;

function statusLine(result: ScenarioResult, paint: Paint): string {
  const { id, name, status, reason, record, turns, time, attempts, repeat } = result;
  const { sign, paint: style } = marks[status];
  const title = name === id ? id : `${id}  ${paint(dim, printable(name))}`;
  if (status === "skipped" || status === "not_run")
    return `${paint(style, sign)} ${title}  ${paint(dim, printableLine(cutEnd(reason ?? status, mostOfReason)))}`;
  const kept = quarantineText(result);
  const begun = record === null ? 0 : new Set(record.turns.map(({ number }) => number)).size;
  const count = `${begun === turns ? "" : `${begun} of `}${turns} ${turns === 1 ? "turn" : "turns"}${leftOutText(record)}`;
  const tries = repeat !== null ? `, ${runsLine(repeat)}` : attempts.length > 1 ? `, ${attempts.length} attempts` : "";
  return `${paint(style, sign)} ${title}  ${paint(dim, `${count}, ${durationText(time)}${tries}${kept}`)}`;
}

/** What the verdict would be, and why it does not count. */
function quarantineText({ quarantine, reason }: ScenarioResult): string {
  if (quarantine === undefined) return "";
  return `; ${quarantine.status}, but quarantined ${printableLine(cutEnd(reason ?? "", mostOfReason))}`;
}

function leftOutText(record: ScenarioResult["record"]): string {
  const { length } = (record?.leftOut ?? []).filter(({ why }) => why === "when");
  return length === 0 ? "" : `, ${length} left out`;
}

function conversationOf({ record }: ScenarioResult): string {
  const lines = (record?.turns ?? []).flatMap(transcriptOf);
  return `${indent(lines.join("\n"))}\n\n`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`.trimEnd())
    .join("\n");
}

/** `5 passed, 1 failed (1.2 s)` */
function summaryLine({ counts, spent, asked }: Summary, time: number): string {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status.replace("_", " ")}`);
  return `${parts.length === 0 ? "no scenarios" : parts.join(", ")} (${durationText(time)}${costText(spent, "turn")}${askedText(asked)})`;
}

/** Nothing as long as no cost is known. */
function costText({ dollars, known, unknown }: Spent, what: string): string {
  if (known === 0) return "";
  const more = unknown === 0 ? "" : ` and ${unknown} ${unknown === 1 ? what : `${what}s`} of unknown cost`;
  return `, ${dollarsText(dollars)}${more}`;
}

/** What judges and simulated users cost, which is no part of the cost of turns. */
function askedText(asked: Spent): string {
  const text = costText(asked, "answer");
  return text === "" ? "" : `${text} for judges and simulated users`;
}
