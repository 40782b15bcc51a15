import type { BaselineEntry } from "../baseline/compare.ts";
import type { RepeatResult } from "../results/repeat-result.ts";
import { type AttemptResult, fullAttempts, type ScenarioResult } from "../results/result.ts";
import { renderFailure, type FailureOptions } from "./failure.ts";
import type { Incomplete } from "../results/incomplete.ts";
import { costOfTurns } from "../record/cost.ts";
import type { StoredHeader } from "../runs/run-header.ts";
import { shardLine } from "./incomplete.ts";
import type { FinishedRun, ReportContext, Reporter } from "./reporter.ts";
import { type Entries, type Outcome, entriesOf, outcomeOf, reasonOf, whyAgainst, whySkipped } from "./outcome.ts";

interface Suite extends Record<Outcome, number> {
  tests: number;
  time: number;
}

/** JUnit XML as GitLab and Jenkins read it: one suite per scenario file, one case per scenario, reasons in the bodies. Written at the end. */
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
    async end({ header, summary, time, results }) {
      const entries = entriesOf(summary.baseline);
      await countAgain(suites, entries, results);
      const missing = summary.incomplete === null ? null : missingSuite(summary.incomplete);
      const all = [...suites.values(), ...(missing === null ? [] : [missing.suite])];
      write(
        `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="playbill" ${countsOf(totalOf(all))} time="${seconds(time)}">\n`,
      );
      let open: string | null = null;
      // Results are in the order of the files, so those of one file are consecutive.
      for await (const result of results()) {
        if (open !== result.file) {
          if (open !== null) write("  </testsuite>\n");
          write(beginOf(result.file, suites.get(result.file), header));
          open = result.file;
        }
        write(caseOf(result, entries.get(result.id), repeat));
      }
      if (open !== null) write("  </testsuite>\n");
      if (missing !== null) write(missing.text);
      write("</testsuites>\n");
    },
  };
}

const emptySuite: Suite = { tests: 0, passed: 0, failures: 0, errors: 0, skipped: 0, time: 0 };

function beginOf(file: string, suite: Suite = emptySuite, { began }: Pick<StoredHeader, "began"> = {}): string {
  // The schema of Jenkins requires timestamps without fractions and without a time zone.
  const timestamp = began === undefined ? "" : ` timestamp="${attribute(began.slice(0, 19))}"`;
  return `  <testsuite name="${attribute(file)}" ${countsOf(suite)}${timestamp} time="${seconds(suite.time)}">\n`;
}

function countsOf({ tests, failures, errors, skipped }: Suite): string {
  return `tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
}

function totalOf(suites: readonly Suite[]): Suite {
  const sum = (key: keyof Suite) => suites.reduce((total, suite) => total + suite[key], 0);
  return {
    tests: sum("tests"),
    passed: sum("passed"),
    failures: sum("failures"),
    errors: sum("errors"),
    skipped: sum("skipped"),
    time: sum("time"),
  };
}

/** The missing parts of a run as a suite of errors, so that the run is not mistaken for one that passed. */
function missingSuite({ shards, scenarios }: Incomplete): { suite: Suite; text: string } {
  const cases = [
    ...shards.map((each) => ({ name: `shard ${each.number}/${each.of}`, message: shardLine(each) })),
    ...scenarios.map((id) => ({ name: id, message: "there is no result" })),
  ];
  const suite = { ...emptySuite, tests: cases.length, errors: cases.length };
  const lines = cases.map(
    ({ name, message }) =>
      `    <testcase name="${attribute(name)}" classname="playbill" time="0.000">\n      <error message="${attribute(message)}" type="incomplete">${escape(message)}</error>\n    </testcase>\n`,
  );
  return { suite, text: `${beginOf("missing results", suite)}${lines.join("")}  </testsuite>\n` };
}

/** Corrects the counts for scenarios whose outcome differs from their own verdict because of the comparison. */
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
  const line = lineOf(result);
  const where = `file="${attribute(file)}"${line === null ? "" : ` line="${line}"`}`;
  const attributes = `name="${attribute(title)}" classname="${attribute(assistant)}" ${where} time="${seconds(time)}"`;
  const body = bodyOf(result, entry, repeat);
  return body === "" ? `    <testcase ${attributes}/>\n` : `    <testcase ${attributes}>\n${body}    </testcase>\n`;
}

/** The line of the scenario file that the verdict is about; `null` when there is none. */
function lineOf(result: ScenarioResult): number | null {
  const { miss, problem } = reasonOf(result);
  const place = miss?.place ?? problem?.place ?? null;
  return place?.file === result.file ? place.line : null;
}

const mostOthers = 20;

function bodyOf(result: ScenarioResult, entry: BaselineEntry | undefined, repeat: FailureOptions["repeat"]): string {
  const outcome = outcomeOf(result, entry);
  if (outcome === "skipped") return `      <skipped message="${attribute(whySkipped(result))}"/>\n`;
  const bad = fullAttempts(result)
    .map((attempt, index) => ({ attempt, index, isShown: result.attempts[index]?.problems === undefined }))
    .filter(({ attempt }) => attempt.status !== "passed");
  // The attempt that shows the verdict represents the case if it did not pass.
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

/** The result as if this attempt showed its verdict. */
function showing(result: ScenarioResult, index: number): ScenarioResult {
  const attempts = result.attempts.map(({ record: _r, verdicts: _v, problems: _p, ...about }, each) =>
    each === index ? about : { ...about, problems: [] },
  );
  return { ...result, attempts };
}

/** The tag that the Maven plugin writes for retried tests: `flaky...` if the test finally passed, else `rerun...`. */
function otherTag({ status }: AttemptResult, outcome: Outcome): string {
  const kind = status === "failed" ? "Failure" : "Error";
  return outcome === "passed" ? `flaky${kind}` : `rerun${kind}`;
}

/** Further facts about a scenario, as properties of the case. */
function properties(
  { status, owner, tags, attempts, repeat, record }: ScenarioResult,
  entry: BaselineEntry | undefined,
): string {
  const cost = costOfTurns(record?.turns ?? []);
  const values = {
    ...(status !== "passed" && { status }),
    ...(owner !== null && { owner }),
    ...(tags.length > 0 && { tags: tags.join(",") }),
    ...(attempts.length > 1 && { attempts: String(attempts.length) }),
    ...(cost !== null && cost > 0 && { cost_usd: String(cost) }),
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
  const { verdicts, problems, record } = attempt;
  const reason = reasonOf(attempt);
  const message = why ?? reason.message;
  const type = why === null ? reason.code : "baseline";
  const text = renderFailure({ ...result, verdicts, problems, record }, { color: false, repeat });
  return `      <${tag} message="${attribute(message)}" type="${type}">${escape(text)}</${tag}>\n`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };

// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text for an element body. Characters that XML 1.0 cannot represent, and unpaired surrogates, become replacement characters. */
function escape(text: string): string {
  const writable = text.toWellFormed().replaceAll(forbidden, "\ufffd");
  return writable.replaceAll(/[&<>"\r]/g, (each) => entities[each] ?? each);
}

/** Text for an attribute, where a line break would be read as a space. */
function attribute(text: string): string {
  return escape(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
