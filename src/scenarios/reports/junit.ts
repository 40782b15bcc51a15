import type { BaselineEntry, BaselineReport } from "../baseline/compare.ts";
import type { RepeatResult } from "../results/repeat-result.ts";
import { goodStatuses, type AttemptResult, fullAttempts, type ScenarioResult } from "../results/result.ts";
import { renderFailure, type FailureOptions } from "./failure.ts";
import type { FinishedRun, ReportContext, Reporter } from "./reporter.ts";
import { countsText } from "./against-baseline.ts";

/** What a case counts as. */
type Outcome = "passed" | "failures" | "errors" | "skipped";

interface Suite extends Record<Outcome, number> {
  tests: number;
  time: number;
}

/** JUnit XML as GitLab and Jenkins read it: a suite a scenario file, a case a scenario, reasons in the bodies. Written at the end. */
export function createJunitReporter({ write, repeat }: Pick<ReportContext, "write" | "repeat">): Reporter {
  const suites = new Map<string, Suite>();
  return {
    result(result) {
      const suite = suites.get(result.file) ?? { ...emptySuite };
      suites.set(result.file, suite);
      suite.tests += 1;
      suite[outcomeOf(result, undefined)] += 1;
      suite.time += result.time;
    },
    async end({ summary, time, results }) {
      const entries = entriesOf(summary.baseline);
      await countAgain(suites, entries, results);
      write(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="playbill" time="${seconds(time)}">\n`);
      let open: string | null = null;
      // In the order of the files: those of one come one after the other.
      for await (const result of results()) {
        if (open !== result.file) {
          if (open !== null) write("  </testsuite>\n");
          write(beginOf(result.file, suites.get(result.file)));
          open = result.file;
        }
        write(caseOf(result, entries.get(result.id), repeat));
      }
      if (open !== null) write("  </testsuite>\n");
      write("</testsuites>\n");
    },
  };
}

const emptySuite: Suite = { tests: 0, passed: 0, failures: 0, errors: 0, skipped: 0, time: 0 };

function beginOf(file: string, { tests, failures, errors, skipped, time }: Suite = emptySuite): string {
  const counts = `tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  return `  <testsuite name="${attribute(file)}" ${counts} time="${seconds(time)}">\n`;
}

/** What a scenario was compared with, by its id. */
type Entries = ReadonlyMap<string, BaselineEntry>;

function entriesOf(report: BaselineReport | null): Entries {
  const compared = (report?.scenarios ?? []).filter(({ change }) => change !== "gone");
  return new Map(compared.map((each) => [each.id, each]));
}

/** A case counts as the exit code does: what the baseline has fails by getting worse, not by its own rule. */
function outcomeOf(result: ScenarioResult, entry: BaselineEntry | undefined): Outcome {
  if (isSkipped(result)) return "skipped";
  if (entry?.change === "regression") return "failures";
  const isFailed = result.status === "failed";
  if (isFailed && (entry?.change === "stable" || entry?.change === "improved")) return "passed";
  if (isFailed && entry?.change !== "insufficient") return "failures";
  return goodStatuses.has(result.status) ? "passed" : "errors";
}

/** Counts those anew that the comparison makes something else of than they are by their own rule. */
async function countAgain(
  suites: ReadonlyMap<string, Suite>,
  entries: Entries,
  results: FinishedRun["results"],
): Promise<void> {
  if (entries.size === 0) return;
  for await (const result of results((id) => entries.has(id))) {
    const suite = suites.get(result.file);
    if (suite === undefined) continue;
    suite[outcomeOf(result, undefined)] -= 1;
    suite[outcomeOf(result, entries.get(result.id))] += 1;
  }
}

function caseOf(result: ScenarioResult, entry: BaselineEntry | undefined, repeat: FailureOptions["repeat"]): string {
  const { id, name, file, assistant, time } = result;
  const title = name === id ? id : `${id}: ${name}`;
  const attributes = `name="${attribute(title)}" classname="${attribute(assistant)}" file="${attribute(file)}" time="${seconds(time)}"`;
  const body = bodyOf(result, entry, repeat);
  return body === "" ? `    <testcase ${attributes}/>\n` : `    <testcase ${attributes}>\n${body}    </testcase>\n`;
}

const mostOthers = 20;

function bodyOf(result: ScenarioResult, entry: BaselineEntry | undefined, repeat: FailureOptions["repeat"]): string {
  const outcome = outcomeOf(result, entry);
  if (outcome === "skipped") return `      <skipped message="${attribute(whySkipped(result))}"/>\n`;
  const bad = fullAttempts(result)
    .map((attempt, index) => ({ attempt, index, isShown: result.attempts[index]?.problems === undefined }))
    .filter(({ attempt }) => attempt.status !== "passed");
  // The attempt that shows the verdict stands for the case, when it did not end well.
  const others = bad
    .filter(({ isShown }) => outcome === "passed" || !isShown)
    .slice(0, mostOthers)
    .map(({ attempt, index }) => element(otherTag(attempt, outcome), attempt, showing(result, index), repeat));
  const head = properties(result, entry);
  if (outcome === "passed") return [head, ...others].join("");
  const tag = outcome === "failures" ? "failure" : "error";
  const why = entry === undefined ? null : whyAgainst(entry);
  return [head, element(tag, result, result, repeat, why), ...others].join("");
}

/** What a comparison says of a case that does not count as passed; `null` when its own verdict says it. */
function whyAgainst({ change, before, after }: BaselineEntry): string | null {
  const counts = [before, after].flatMap((each) => (each === null ? [] : [countsText(each)])).join(" -> ");
  if (change === "regression") return `regression: ${counts}`;
  return change === "insufficient" ? `insufficient data: ${counts}` : null;
}

/** The result as if this attempt showed its verdict. */
function showing(result: ScenarioResult, index: number): ScenarioResult {
  const attempts = result.attempts.map(({ record: _r, verdicts: _v, problems: _p, ...about }, each) =>
    each === index ? about : { ...about, problems: [] },
  );
  return { ...result, attempts };
}

/** What the plugin of Maven writes for tests that are run again: `flaky...` when one passed in the end, else `rerun...`. */
function otherTag({ status }: AttemptResult, outcome: Outcome): string {
  const kind = status === "failed" ? "Failure" : "Error";
  return outcome === "passed" ? `flaky${kind}` : `rerun${kind}`;
}

/** What several runs came to, as properties of the case. */
function properties({ repeat }: ScenarioResult, entry: BaselineEntry | undefined): string {
  const values = {
    ...(repeat !== null && runsProperties(repeat)),
    ...(entry !== undefined && { baseline: entry.change }),
  };
  if (Object.keys(values).length === 0) return "";
  const lines = Object.entries(values).map(
    ([name, value]) => `        <property name="${name}" value="${attribute(value)}"/>\n`,
  );
  return `      <properties>\n${lines.join("")}      </properties>\n`;
}

function runsProperties({ passed, counted, asked, rule, interval, failed }: RepeatResult): Record<string, string> {
  return {
    runs: `${passed}/${counted}`,
    asked: String(asked),
    rule,
    ...(interval !== null && { interval: `${interval.low.toFixed(3)}-${interval.high.toFixed(3)}` }),
    ...(failed.length > 0 && { failed: failed.join(",") }),
  };
}

type Shown = Pick<ScenarioResult, "verdicts" | "problems" | "record"> & { status: string };

function element(
  tag: string,
  attempt: Shown,
  result: ScenarioResult,
  repeat: FailureOptions["repeat"],
  why: string | null = null,
): string {
  const { status, verdicts, problems, record } = attempt;
  const miss = status === "failed" ? verdicts.find(({ pass, severity }) => !pass && severity === "gate") : undefined;
  const error = problems.find(({ severity }) => severity === "error") ?? problems[0];
  const message = why ?? miss?.sentence ?? error?.message ?? status;
  const type = why !== null ? "baseline" : miss === undefined ? (error?.code ?? status) : `expect_${miss.subject}`;
  const text = renderFailure({ ...result, verdicts, problems, record }, { color: false, repeat });
  return `      <${tag} message="${attribute(message)}" type="${type}">${escape(text)}</${tag}>\n`;
}

function whySkipped({ status, reason, quarantine }: ScenarioResult): string {
  if (quarantine === undefined) return reason ?? status;
  return `${quarantine.status}, but quarantined ${reason}`;
}

function isSkipped({ status }: ScenarioResult): boolean {
  return status === "skipped" || status === "not_run" || status === "quarantined";
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };

// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text of a body. Characters that XML 1.0 has no way to write, and halves of surrogate pairs, become a replacement sign. */
function escape(text: string): string {
  const writable = text.toWellFormed().replaceAll(forbidden, "\ufffd");
  return writable.replaceAll(/[&<>"\r]/g, (each) => entities[each] ?? each);
}

/** Text of an attribute, where a line end would be read as a space. */
function attribute(text: string): string {
  return escape(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
