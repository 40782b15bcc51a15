import { cutEnd } from "../../kit/difference.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { type Problem, exitCodeOf } from "../../problem.ts";
import { type RedactedKind, kindWords, redactedKinds } from "../../scenarios/transcripts/redaction/kinds.ts";
import { warn } from "../warn.ts";
import type { World } from "../world.ts";
import type { SavedScenario } from "./drafts.ts";
import type { Saved } from "./save.ts";
import { type PublishedProblem, problemsForPrograms } from "../invocation.ts";

/** The maximum number of listed notes about what scenarios cannot express. */
const mostNotes = 12;
/** The maximum length of such a note, in characters; it quotes names from the source. */
const longestNote = 200;
/** The maximum number of files named in the command that runs them. */
const mostNamed = 4;

/** Prints what was or would be written, and what was not; returns the exit code. */
export function reportSaved(world: World, saved: Saved, more: readonly Problem[], { json }: { json: boolean }): number {
  const problems = [...more, ...saved.problems];
  warn(world, problems);
  const shown = json
    ? asJson(saved, problemsForPrograms(problems, world.command(world.cwd)))
    : asText(saved, world.command(world.cwd));
  world.stdout.write(world.secrets.redact(shown));
  return exitCodeOf(problems);
}

function asJson(
  { scenarios, declared, duplicates, beginnings, replaced, isDry }: Saved,
  problems: readonly PublishedProblem[],
): string {
  const result = {
    format_version: 1,
    dry_run: isDry,
    scenarios: scenarios.map(({ path, text, assistant, turns, calls, expectations, source, notes, isThere }) => ({
      file: path,
      assistant,
      turns,
      calls,
      expectations,
      source,
      left_out: notes,
      there_already: isThere,
      ...(isDry && { text }),
    })),
    declared: declared.files.map(({ path, text }) => ({ file: path, ...(isDry && { text }) })),
    folded: { duplicates, beginnings },
    replaced: Object.fromEntries(
      redactedKinds.flatMap((kind) => (replaced.has(kind) ? [[kind, replaced.get(kind)]] : [])),
    ),
    problems: problems.map(({ code, message, hint, fix, retryable, place }) => ({
      code,
      message,
      ...(hint !== undefined && { hint }),
      ...(fix !== undefined && { fix }),
      retryable,
      ...(place !== undefined && { file: place.file, line: place.line, column: place.column }),
    })),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function asText({ scenarios, declared, duplicates, beginnings, replaced, isDry }: Saved, command: string): string {
  const written = scenarios.filter(({ isThere }) => !isThere);
  const there = scenarios.length - written.length;
  const lines = [...declared.files.map(({ path }) => `  ${path}`), ...written.map(scenarioLine)];
  const sum = (of: (each: SavedScenario) => number) => written.reduce((total, each) => total + of(each), 0);
  const totals = `${count(
    sum(({ turns }) => turns),
    "turn",
  )}, ${count(
    sum(({ calls }) => calls),
    "call",
  )}, ${count(
    sum(({ expectations }) => expectations),
    "expectation",
  )}`;
  const outcome =
    written.length === 0
      ? "Nothing was written."
      : `${isDry ? "Would write" : "Wrote"} ${count(written.length, "scenario")} (${totals}).`;
  const text = [
    ...lines,
    ...(lines.length > 0 ? [""] : []),
    outcome,
    ...(there > 0 ? [`${count(there, "scenario")} already ${there === 1 ? "exists" : "exist"}.`] : []),
    ...foldedLines(duplicates, beginnings),
    ...(written.length > 0 ? replacedLines(replaced) : []),
    ...noteLines(scenarios),
    ...(written.length > 0 && !isDry
      ? [`To run ${written.length === 1 ? "it" : "them"}: ${command} test ${pathsOf(written)}`]
      : []),
  ];
  return `${text.join("\n")}\n`;
}

function scenarioLine({ path, turns, calls, expectations }: SavedScenario): string {
  return `  ${path}  ${count(turns, "turn")}, ${count(calls, "call")}, ${count(expectations, "expectation")}`;
}

function pathsOf(written: readonly SavedScenario[]): string {
  return written.length > mostNamed ? "scenarios" : written.map(({ path }) => path).join(" ");
}

function foldedLines(duplicates: number, beginnings: number): string[] {
  const parts = [
    ...(duplicates > 0 ? [`${duplicates} ${duplicates === 1 ? "duplicate" : "duplicates"}`] : []),
    ...(beginnings > 0 ? [`${beginnings} that other conversations begin with`] : []),
  ];
  return parts.length === 0 ? [] : [`Left out conversations: ${parts.join(", ")}.`];
}

function replacedLines(replaced: ReadonlyMap<RedactedKind, number>): string[] {
  const parts = redactedKinds.flatMap((kind) => {
    const times = replaced.get(kind) ?? 0;
    return times === 0 ? [] : [`${times} ${kindWords[kind][times === 1 ? 0 : 1]}`];
  });
  return parts.length === 0 ? [] : [`Replaced: ${parts.join(", ")}. Review the files before you commit them.`];
}

/** What scenarios cannot express, most frequent first, with the number of conversations. */
function noteLines(scenarios: readonly SavedScenario[]): string[] {
  const counts = new Map<string, number>();
  for (const note of scenarios.flatMap(({ notes }) => notes.map((each) => each.replace(/ \(\d+ times\)$/, ""))))
    counts.set(note, (counts.get(note) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
  if (sorted.length === 0) return [];
  const shown = sorted
    .slice(0, mostNotes)
    .map(
      ([note, times]) =>
        `  ${printableLine(cutEnd(note, longestNote))}${times === 1 ? "" : ` (in ${times} conversations)`}`,
    );
  const more = sorted.length - shown.length;
  return ["Missing from the scenarios:", ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function count(number: number, word: string): string {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}
