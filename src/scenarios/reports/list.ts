import { renderProblem } from "../../problem-text.ts";
import { printable } from "../../kit/terminal-text.ts";
import { quarantineFile } from "../../project/folders.ts";
import { goodStatuses, type AttemptResult, type ScenarioResult } from "../results/result.ts";
import { createClosing } from "./closing.ts";
import { problemOf, renderFailure } from "./failure.ts";
import { handlerFailures } from "./handler-failure.ts";
import { createLiveView } from "./live/live-view.ts";
import type { ReportContext, Reporter } from "./reporter.ts";
import { attemptName } from "./runs.ts";
import { type Paint, statusLine } from "./status-line.ts";
import { transcriptOf } from "./transcript.ts";

/** Options of the list reporter. */
type ListOptions = Pick<
  ReportContext,
  "write" | "color" | "conversations" | "repeat" | "record" | "screen" | "now" | "earlierRuns"
>;

/**
 * One line per finished scenario; then every failure on its own screen; then the counts. On a terminal, running scenarios are shown below the
 * lines, and failures are shown as they occur.
 */
export function createListReporter(options: ListOptions): Reporter {
  const { write, color, conversations, screen } = options;
  const paint: Paint = (style, text) => (color ? style(text) : text);
  const closing = createClosing(options);
  const live = screen === null ? null : createLiveView(screen, options, paint);
  let isLive = false;
  return {
    begin(run) {
      isLive = live !== null && !run.isStored;
      if (isLive) live?.begin(run);
    },
    progress: (progress) => live?.progress(progress),
    result(result) {
      live?.result(result);
      write(`${statusLine(result, paint)}\n`);
      if (goodStatuses.has(result.status) && conversations) write(conversationOf(result));
      for (const verdict of result.verdicts.filter(({ pass, severity }) => !pass && severity === "warn")) {
        write(`${indent(renderProblem(problemOf(verdict), { color }))}\n`);
      }
      for (const line of notes(result)) write(`${indent(line)}\n`);
      const isNew = closing.take(result);
      if (isLive && isNew) write(`\n${renderFailure(result, options)}\n\n`);
    },
    end(run) {
      if (isLive) live?.end();
      return closing.end(run, isLive);
    },
  };
}

/** Notes on a scenario that passed: handlers that failed on the way, and why it was tried more than once. */
function notes(result: ScenarioResult): string[] {
  if (result.quarantine?.steady === true)
    return [`it passes consistently; its quarantine can be removed (${quarantineFile})`];
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
