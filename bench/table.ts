import type { Measurement } from "./measurement.ts";

/** Measurements as a Markdown table, aligned for a terminal. */
export function renderTable(measurements: readonly Measurement[]): string {
  const head = ["", "measured", "target", "peer", "ratio", "against"];
  const rows = measurements.map((each) => [
    each.name,
    `${numberOf(each.value)} ${each.unit}${missesTarget(each) ? " (!)" : ""}`,
    each.target === null ? "" : `${each.moreIsBetter ? ">" : "<"} ${numberOf(each.target)} ${each.unit}`,
    each.peer === null ? "" : `${numberOf(each.peer.value)} ${each.unit}`,
    each.peer === null || each.peer.value === 0 ? "" : `${(each.value / each.peer.value).toFixed(2)}x`,
    each.peer?.name ?? "",
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Whether a value is on the wrong side of its target. */
function missesTarget({ value, target, moreIsBetter }: Measurement): boolean {
  if (target === null) return false;
  return moreIsBetter ? value < target : value > target;
}

function numberOf(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 20 ? 1 : 0 });
}
