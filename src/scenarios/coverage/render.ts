import { displayWidth } from "../../kit/display-width.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { countOf, type Coverage, type CoverageItem, type CoverageKind, coverageKinds, percentOf } from "./coverage.ts";

/** The words for an item that was missed. */
const missedWords: Record<CoverageKind, string> = {
  assistant: "reached by no scenario",
  tool: "never called",
  argument: "never given",
  enum_value: "never used",
  error_path: "never answered with an error",
  stub: "stub never used",
  file: "never cited",
  turn: "turn never run",
  choice: "never said",
  expectation: "never judged",
  paragraph: "never noticed when left out",
};

/** The words for reached items, which follow a count. */
export const kindWords: Record<CoverageKind, string> = {
  assistant: "assistants",
  tool: "tools called",
  argument: "arguments given",
  enum_value: "enum values used",
  error_path: "tools answered with an error",
  stub: "stub rules used",
  file: "knowledge files cited",
  turn: "turns run",
  choice: "choices of the user said",
  expectation: "expectations judged",
  paragraph: "paragraphs of instructions noticed",
};

/**
 * Coverage in words: first what is missing, by assistant, the lowest coverage first; then how much of each kind was reached. `advice`
 * states how to find out about unknown items.
 */
export function renderCoverage(coverage: Coverage, advice: string): string {
  const byAssistant = [...Map.groupBy(coverage.items, ({ assistant }) => assistant)];
  const ordered = byAssistant.toSorted(([, one], [, other]) => percentOf(countOf(one)) - percentOf(countOf(other)));
  const blocks = ordered.map(([assistant, items]) => assistantLines(assistant, items));
  const unknown = coverage.items.filter(({ state }) => state === "unknown").length;
  const note =
    unknown === 0
      ? []
      : [
          `${unknown} ${unknown === 1 ? "paragraph" : "paragraphs"} of instructions: unknown, and not counted; ${advice}`,
        ];
  return `${[...blocks, [...totalLines(coverage), ...note]].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function assistantLines(assistant: string, items: readonly CoverageItem[]): string[] {
  const count = countOf(items);
  const title = printableLine(`assistant.${assistant}  ${percentOf(count)} %, ${count.covered} of ${count.total}`);
  const self = items.find(({ kind }) => kind === "assistant");
  if (self?.state === "missed") return [title, ...table([["reached by no scenario", "", placeOf(self)]])];
  const missed = items.filter(({ state }) => state === "missed");
  const unexpected = items.filter(({ state, expected }) => state === "covered" && expected === false);
  const rows = [
    ...coverageKinds.flatMap((kind) =>
      missed.filter((item) => item.kind === kind).map((item): Row => [missedWords[kind], item.what, placeOf(item)]),
    ),
    ...unexpected.map((item): Row => ["used, never expected", item.what, placeOf(item)]),
  ];
  return [title, ...table(rows)];
}

function totalLines({ kinds, covered, total, percent }: Coverage): string[] {
  const rows = coverageKinds.flatMap((kind): Row[] => {
    const count = kinds[kind];
    return count === undefined ? [] : [[kindWords[kind], `${count.covered} of ${count.total}`, ""]];
  });
  return ["total", ...table([...rows, ["counted", `${covered} of ${total}`, `${percent} %`]])];
}

type Row = [string, string, string];

function placeOf({ file, line }: CoverageItem): string {
  return `${file}:${line}`;
}

function table(rows: readonly Row[]): string[] {
  const safe = rows.map((row) => row.map(printableLine));
  const widths = [0, 1].map((column) => Math.max(0, ...safe.map((row) => displayWidth(row[column] ?? ""))));
  return safe.map((row) =>
    `  ${row.map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell)))).join("  ")}`.trimEnd(),
  );
}
