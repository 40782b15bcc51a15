import { cutToWidth } from "../../../kit/display-width.ts";
import { dollarsText } from "../../../kit/dollars.ts";
import { printableLine } from "../../../kit/terminal-text.ts";
import type { ScenarioStatus } from "../../results/result.ts";
import { marks, type Paint } from "../status-line.ts";

/** A scenario that is running. */
export interface RunningScenario {
  id: string;
  /** Milliseconds since it began. */
  elapsed: number;
  /** The attempt that made the last step, from 1. */
  attempt: number;
  /** The current turn of this attempt; `null` before the first. */
  turn: number | null;
}

/** The content of a live view. */
export interface LiveView {
  /** The number of scenarios. */
  total: number;
  counts: Readonly<Record<ScenarioStatus, number>>;
  /** In the order in which they started. */
  running: readonly RunningScenario[];
  /** Milliseconds since the run began. */
  elapsed: number;
  /** US dollars so far; `null` as long as no cost is known. */
  cost: number | null;
  /** The estimated time left, in milliseconds; `null` when unknown. */
  left: number | null;
}

/** The maximum number of running scenarios shown. */
const mostRunning = 8;

/** The lines of a live view. Each fits in a row, and together they leave most of the screen to the output above. */
export function liveLines(view: LiveView, size: { columns: number; rows: number }, paint: Paint): string[] {
  const room = Math.max(0, Math.min(mostRunning, Math.floor(size.rows / 2) - 1));
  const shown = view.running.slice(0, view.running.length > room ? Math.max(0, room - 1) : room);
  const others = view.running.length - shown.length;
  // A character in the last column makes some terminals start a new line.
  const width = Math.max(1, size.columns - 1);
  const lines = shown.map((each) => paint(dimmed, cutToWidth(runningText(each), width)));
  if (others > 0 && room > 0) lines.push(paint(dimmed, cutToWidth(`  and ${others} more`, width)));
  return [...lines, totalLine(view, width, paint)];
}

const dimmed = marks.observed.paint;

function runningText({ id, elapsed, attempt, turn }: RunningScenario): string {
  const where = [
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    turn === null ? "starting" : `turn ${turn}`,
    secondsText(elapsed),
  ];
  return `  ${printableLine(id)}  ${where.join(", ")}`;
}

type Part = [text: string, style: (text: string) => string];

const plain = (text: string) => text;

/** `3/10  ✓ 2  ✗ 1  2 running  12 s  $0.01  about 40 s left`, with as many of these parts as there is room for. */
function totalLine({ total, counts, running, elapsed, cost, left }: LiveView, width: number, paint: Paint): string {
  const statuses = Object.keys(marks) as ScenarioStatus[];
  const done = statuses.reduce((sum, status) => sum + counts[status], 0);
  const parts: Part[] = [
    [`${done}/${total}`, plain],
    ...statuses
      .filter((status) => counts[status] > 0)
      .map((status): Part => [`${marks[status].sign} ${counts[status]}`, marks[status].paint]),
    ...(running.length > 0 ? [[`${running.length} running`, plain] satisfies Part] : []),
    [secondsText(elapsed), plain],
    ...(cost === null ? [] : [[dollarsText(cost), plain] satisfies Part]),
    ...(left === null || left < 500 ? [] : [[`about ${secondsText(left)} left`, plain] satisfies Part]),
  ];
  let used = 0;
  const fitting = parts.filter(([text], index) => {
    used += text.length + (index === 0 ? 0 : 2);
    return used <= width;
  });
  if (fitting.length === 0) return cutToWidth(`${done}/${total}`, width);
  return fitting.map(([text, style]) => paint(style, text)).join("  ");
}

/** Whole seconds, which do not flicker: `12 s`, `2 min 5 s`. */
function secondsText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
