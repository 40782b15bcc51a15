import { goodStatuses, type AttemptResult, fullAttempts, type ScenarioResult } from "../result.ts";
import { renderFailure, type FailureOptions } from "./failure.ts";
import type { Reporter, Write } from "./reporter.ts";

interface Suite {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
  time: number;
}

/** JUnit XML as GitLab and Jenkins read it: a suite a scenario file, a case a scenario, reasons in the bodies. Written at the end. */
export function createJunitReporter(write: Write, repeat: FailureOptions["repeat"]): Reporter {
  const suites = new Map<string, Suite>();
  return {
    result(result) {
      const suite = suites.get(result.file) ?? { ...emptySuite };
      suites.set(result.file, suite);
      suite.tests += 1;
      suite.failures += result.status === "failed" ? 1 : 0;
      suite.errors += result.status === "errored" || result.status === "inconclusive" ? 1 : 0;
      suite.skipped += isSkipped(result) ? 1 : 0;
      suite.time += result.time;
    },
    async end({ time, results }) {
      write(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="playbill" time="${seconds(time)}">\n`);
      let open: string | null = null;
      // In the order of the files: those of one come one after the other.
      for await (const result of results()) {
        if (open !== result.file) {
          if (open !== null) write("  </testsuite>\n");
          write(beginOf(result.file, suites.get(result.file)));
          open = result.file;
        }
        write(caseOf(result, repeat));
      }
      if (open !== null) write("  </testsuite>\n");
      write("</testsuites>\n");
    },
  };
}

const emptySuite: Suite = { tests: 0, failures: 0, errors: 0, skipped: 0, time: 0 };

function beginOf(file: string, { tests, failures, errors, skipped, time }: Suite = emptySuite): string {
  const counts = `tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  return `  <testsuite name="${attribute(file)}" ${counts} time="${seconds(time)}">\n`;
}

function caseOf(result: ScenarioResult, repeat: FailureOptions["repeat"]): string {
  const { id, name, file, assistant, time } = result;
  const title = name === id ? id : `${id}: ${name}`;
  const attributes = `name="${attribute(title)}" classname="${attribute(assistant)}" file="${attribute(file)}" time="${seconds(time)}"`;
  const body = bodyOf(result, repeat);
  return body === "" ? `    <testcase ${attributes}/>\n` : `    <testcase ${attributes}>\n${body}    </testcase>\n`;
}

function bodyOf(result: ScenarioResult, repeat: FailureOptions["repeat"]): string {
  if (isSkipped(result)) return `      <skipped message="${attribute(whySkipped(result))}"/>\n`;
  const others = fullAttempts(result)
    .filter(({ status }, index) => status !== "passed" && result.attempts[index]?.problems !== undefined)
    .map((attempt) => element(otherTag(attempt, result), attempt, result, repeat));
  if (goodStatuses.has(result.status)) return [properties(result), ...others].join("");
  const shown = element(result.status === "failed" ? "failure" : "error", result, result, repeat);
  return [properties(result), shown, ...others].join("");
}

/** What the plugin of Maven writes for tests that are run again: `flaky...` when one passed in the end, else `rerun...`. */
function otherTag({ status }: AttemptResult, result: ScenarioResult): string {
  const kind = status === "failed" ? "Failure" : "Error";
  return goodStatuses.has(result.status) ? `flaky${kind}` : `rerun${kind}`;
}

/** What several runs came to, as properties of the case. */
function properties({ repeat }: ScenarioResult): string {
  if (repeat === null) return "";
  const { passed, counted, asked, rule, interval, failed } = repeat;
  const values = {
    runs: `${passed}/${counted}`,
    asked: String(asked),
    rule,
    ...(interval !== null && { interval: `${interval.low.toFixed(3)}-${interval.high.toFixed(3)}` }),
    ...(failed.length > 0 && { failed: failed.join(",") }),
  };
  const lines = Object.entries(values).map(
    ([name, value]) => `        <property name="${name}" value="${attribute(value)}"/>\n`,
  );
  return `      <properties>\n${lines.join("")}      </properties>\n`;
}

type Shown = Pick<ScenarioResult, "verdicts" | "problems" | "record"> & { status: string };

function element(tag: string, attempt: Shown, result: ScenarioResult, repeat: FailureOptions["repeat"]): string {
  const { status, verdicts, problems, record } = attempt;
  const miss = status === "failed" ? verdicts.find(({ pass, severity }) => !pass && severity === "gate") : undefined;
  const error = problems.find(({ severity }) => severity === "error") ?? problems[0];
  const message = miss?.sentence ?? error?.message ?? status;
  const type = miss === undefined ? (error?.code ?? status) : `expect_${miss.subject}`;
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
