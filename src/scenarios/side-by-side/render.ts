import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { pText } from "../reports/against-baseline.ts";
import type { Counts } from "../statistics/fisher.ts";
import type { ComparedScenario, Difference, SideBySide } from "./compare.ts";

/** One row of the table: the label, both sides, and a note. */
type Row = readonly [label: string, one: string, other: string, note: string];

/** Two sides as a table: a row for each scenario that differs, followed by the differences in its turns. */
export function renderSides({ sides, scenarios }: SideBySide): string {
  const differing = scenarios.filter(differs);
  const rows: Row[] = [["", sides[0], sides[1], ""], ...differing.flatMap(rowsOf)];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell))
      .join("  ")
      .trimEnd(),
  );
  const same = scenarios.length - differing.length;
  const rest = same === 0 ? "" : `${same} ${same === 1 ? "scenario does" : "scenarios do"} not differ\n`;
  return differing.length === 0 ? rest : `${printableLines(lines)}\n\n${rest}`;
}

function printableLines(lines: readonly string[]): string {
  return lines.map((line) => printableLine(line)).join("\n");
}

function differs({ change, statuses, turns }: ComparedScenario): boolean {
  return turns.length > 0 || statuses[0] !== statuses[1] || change === "not_compared";
}

function rowsOf(scenario: ComparedScenario): Row[] {
  const { id, counts, statuses, turns } = scenario;
  const side = (at: 0 | 1) => `${statuses[at] ?? "not run"}${counts[at].counted > 1 ? ` ${share(counts[at])}` : ""}`;
  return [
    [id, side(0), side(1), noteOf(scenario)],
    ...turns.flatMap(({ turn, differences }) =>
      differences.map((difference): Row => [`  turn ${turn}  ${difference.kind}`, ...cellsOf(difference), ""]),
    ),
  ];
}

function noteOf({ change, p, needed }: ComparedScenario): string {
  switch (change) {
    case "regression":
    case "improved":
      return `${change}${p === null ? "" : ` (${pText(p)})`}`;
    case "stable":
      return "stable";
    case "not_compared":
      return "not compared";
    case "insufficient": {
      const runs = needed?.both ?? needed?.after ?? null;
      return runs === null ? "too few runs to tell" : `too few runs to tell; --repeat ${runs} would be enough`;
    }
  }
}

function cellsOf(difference: Difference): [string, string] {
  switch (difference.kind) {
    case "outcome":
      return [share(difference.sides[0]), share(difference.sides[1])];
    case "calls":
    case "ended":
    case "failed":
      return [callsText(difference.sides[0]), callsText(difference.sides[1])];
    case "tokens":
      return pairText(difference, (value) => `${Math.round(value)}`);
    case "latency":
      return pairText(difference, (value) => durationText(Math.round(value)));
    case "cost":
      return pairText(difference, dollarsText);
  }
}

function pairText(
  { sides: [one, other] }: Extract<Difference, { kind: "tokens" | "latency" | "cost" }>,
  show: (value: number) => string,
): [string, string] {
  const change = one.median === 0 ? "" : ` (${percent(other.median / one.median - 1)})`;
  return [show(one.median), `${show(other.median)}${change}`];
}

/** `+62 %`, for a change of 0.62. */
export function percent(change: number): string {
  return `${change < 0 ? "-" : "+"}${Math.round(Math.abs(change) * 100)} %`;
}

function share({ passed, counted }: Counts): string {
  return `${passed} of ${counted}`;
}

/** `lookup (7), none (3)`: the calls, with the number of runs if there are several variants. */
export function callsText(tally: Readonly<Record<string, number>>): string {
  const all = Object.entries(tally);
  return all.map(([calls, runs]) => (all.length === 1 ? calls : `${calls} (${runs})`)).join(", ");
}
