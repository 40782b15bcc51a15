import { dim, green, red, yellow } from "yoctocolors";
import { cutEnd } from "../../kit/difference.ts";
import { durationText } from "../../kit/duration.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";
import type { ScenarioResult, ScenarioStatus } from "../results/result.ts";
import { runsLine } from "./runs.ts";

/** The sign and colour of each status on a terminal. */
export const marks: Record<ScenarioStatus, { sign: string; paint: (text: string) => string }> = {
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

/** The maximum length of a reason in characters, because the same reason may appear in many lines. */
const mostOfReason = 90;

/** Styles a text, or leaves it unchanged. */
export type Paint = (style: (text: string) => string, text: string) => string;

/** One line about a scenario: `✓ late  Late order  2 turns, 1.2 s`. */
export function statusLine(result: ScenarioResult, paint: Paint): string {
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

/** The verdict of a quarantined scenario, and why it does not count. */
function quarantineText({ quarantine, reason }: ScenarioResult): string {
  if (quarantine === undefined) return "";
  return `; ${quarantine.status}, but quarantined ${printableLine(cutEnd(reason ?? "", mostOfReason))}`;
}

function leftOutText(record: ScenarioResult["record"]): string {
  const { length } = (record?.leftOut ?? []).filter(({ why }) => why === "when");
  return length === 0 ? "" : `, ${length} left out`;
}
