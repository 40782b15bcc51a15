import type { TurnItem, TurnPage } from "../../page-data/scenario-page.ts";

/** A bar of a waterfall: `start` and `width` are in percent of the total, `took` in milliseconds. */
export interface Bar {
  kind: "model" | "call" | "code" | "search";
  label: string;
  start: number;
  width: number;
  from: number;
  took: number;
}

/** The times of a turn as stacked bars, under a scale that begins at 0; `at` of its marks is in percent, `time` in milliseconds. */
export interface Waterfall {
  bars: Bar[];
  marks: { at: number; time: number }[];
}

interface Span {
  kind: Bar["kind"];
  label: string;
  from: number;
  to: number;
}

/** The waterfall of a turn: time spent on calls, on code and searches, and otherwise on the model. */
export function waterfallOf({ items, time }: Pick<TurnPage, "items" | "time">): Waterfall {
  const spans = spansOf(items, time.total);
  const end = Math.max(1, time.total, ...spans.map(({ to }) => to));
  const step = stepOf(end);
  const count = Math.floor(end / step + 1e-9);
  return {
    bars: spans.map(({ kind, label, from, to }) => ({
      kind,
      label,
      start: (from / end) * 100,
      width: ((to - from) / end) * 100,
      from,
      took: to - from,
    })),
    marks: Array.from({ length: count + 1 }, (_, nth) => ({ at: ((nth * step) / end) * 100, time: nth * step })),
  };
}

/** The spans of a turn. Time without another activity counts for the model, from the end of the previous activity. */
function spansOf(items: readonly TurnItem[], total: number): Span[] {
  const spans: Span[] = [];
  let free = 0;
  let round = 0;
  const until = (kind: Bar["kind"], label: string, at: number) => {
    if (at > free) spans.push({ kind, label, from: free, to: at });
    free = Math.max(free, at);
  };
  for (const item of items) {
    if (item.kind === "message") until("model", "reply", item.at);
    // Only their end times are reported, not their start times.
    if (item.kind === "code") until("code", "python", item.at);
    if (item.kind === "search") until("search", "search", item.at);
    if (item.kind !== "call") continue;
    if (item.round !== round) until("model", "model", item.at);
    round = item.round;
    spans.push({ kind: "call", label: item.name, from: item.at, to: item.at + item.took });
    free = Math.max(free, item.at + item.took);
  }
  if (items.at(-1)?.kind === "call") until("model", "model", total);
  return spans;
}

/** The distance between the marks of a scale: 1, 2 or 5 times a power of ten, for at most six marks. */
function stepOf(end: number): number {
  const least = end / 6;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= least - 1e-9) ?? 10 * power;
}
