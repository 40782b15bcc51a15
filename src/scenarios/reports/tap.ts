import { stringify } from "yaml";
import { cutEnd } from "../../kit/difference.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";
import type { BaselineEntry } from "../baseline/compare.ts";
import type { ScenarioResult } from "../results/result.ts";
import { incompleteLines } from "./incomplete.ts";
import { entriesOf, outcomeOf, reasonOf, whyAgainst, whySkipped } from "./outcome.ts";
import type { ReportContext, Reporter } from "./reporter.ts";
import { runsLine } from "./runs.ts";

/**
 * The Test Anything Protocol, version 14 (testanything.org): one test point per scenario, in the order of the files, with the reason as YAML.
 * Written at the end, when the comparison with a baseline is known.
 */
export function createTapReporter({ write, repeat }: Pick<ReportContext, "write" | "repeat">): Reporter {
  let count = 0;
  return {
    result: () => void (count += 1),
    async end({ header, summary, interrupted, results }) {
      const planned = Math.max(count, header.scenarios?.length ?? 0);
      write(`TAP version 14\n1..${planned}${planned === 0 ? " # SKIP no scenarios" : ""}\n`);
      const entries = entriesOf(summary.baseline);
      let number = 0;
      for await (const result of results()) {
        number += 1;
        write(testPoint(number, result, entries.get(result.id), repeat));
      }
      if (interrupted) write("Bail out! interrupted\n");
      else if (summary.incomplete !== null) {
        const [why = "", ...more] = incompleteLines(summary.incomplete);
        for (const line of more) write(`# ${escaped(line)}\n`);
        write(`Bail out! ${escaped(why)}\n`);
      }
    },
  };
}

function testPoint(
  number: number,
  result: ScenarioResult,
  entry: BaselineEntry | undefined,
  repeat: ReportContext["repeat"],
): string {
  const outcome = outcomeOf(result, entry);
  const { id, name, status } = result;
  const isGood = outcome === "passed" || outcome === "skipped";
  const title = name === id ? id : `${id}: ${name}`;
  const directive = outcome === "skipped" ? ` # SKIP ${escaped(whySkipped(result))}` : "";
  const line = `${isGood ? "ok" : "not ok"} ${number} - ${escaped(title)}${directive}\n`;
  const isPlain = outcome === "skipped" || (status === "passed" && entry === undefined);
  return isPlain ? line : `${line}${diagnosticOf(result, entry, repeat)}`;
}

/** The maximum length of a value, in characters. */
const longest = 2_000;

/** The diagnostics of a scenario, as the YAML block of its test point. */
function diagnosticOf(
  result: ScenarioResult,
  entry: BaselineEntry | undefined,
  repeat: ReportContext["repeat"],
): string {
  const { status, attempts, file } = result;
  const outcome = outcomeOf(result, entry);
  const { miss, problem, message, code } = reasonOf(result);
  const place = miss?.place ?? problem?.place ?? null;
  const isBad = outcome === "failures" || outcome === "errors";
  const against = entry === undefined ? null : whyAgainst(entry);
  const value = {
    ...(isBad && { message: printable(against ?? message), severity: outcome === "failures" ? "fail" : "error", code }),
    status,
    ...(isBad && {
      at: { file: place?.file ?? file, ...(place !== null && { line: place.line, column: place.column }) },
    }),
    ...(isBad &&
      miss !== null && { turn: miss.turn, ...compared("expected", miss.expected), ...compared("actual", miss.actual) }),
    ...(isBad &&
      (miss?.nearest ?? problem?.hint) !== undefined && { hint: printable(miss?.nearest ?? problem?.hint ?? "") }),
    ...(result.repeat !== null && { runs: runsLine(result.repeat) }),
    ...(attempts.length > 1 && { attempts: attempts.map((each) => each.status) }),
    ...(entry !== undefined && { baseline: entry.change }),
    ...(isBad && { again: repeat(result.id) }),
  };
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  const lines = ["---", ...text.split("\n"), "..."].map((line) => `  ${line}`.trimEnd());
  return `${lines.join("\n")}\n`;
}

/** A compared value, if there is one: a text unchanged, any other value as JSON. */
function compared(name: string, value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { [name]: printable(cutEnd(text, longest)) };
}

/** Text for a line, where an unescaped hash would start a directive. */
function escaped(text: string): string {
  return printableLine(cutEnd(text, longest)).replaceAll("\\", "\\\\").replaceAll("#", "\\#");
}
