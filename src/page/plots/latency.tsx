import type { JSX } from "preact";
import { durationText } from "../../kit/duration.ts";
import { logBins, quantile } from "../../page-data/distribution.ts";

const width = 400;
const height = 132;
const left = 4;
const bottom = 20;
const top = 14;

/** The durations of turns, on a logarithmic axis. */
export function LatencyPlot({ values }: { values: readonly number[] }): JSX.Element {
  const sorted = values.toSorted((one, other) => one - other);
  const [median = 0, most = 0, slowest = 0] = [0.5, 0.95, 1].map((share) => quantile(sorted, share) ?? 0);
  const bins = logBins(sorted);
  const [first, last] = [Math.log10(bins[0]?.from ?? 1), Math.log10(bins.at(-1)?.to ?? 10)];
  const x = (value: number) => left + ((Math.log10(Math.max(1, value)) - first) / (last - first)) * (width - 2 * left);
  const highest = Math.max(...bins.map(({ count }) => count));
  const y = (count: number) => height - bottom - (count / highest) * (height - bottom - top);
  const words = `Half of the turns took at most ${durationText(median)}, 95 % at most ${durationText(most)}, the slowest ${durationText(slowest)}.`;
  return (
    <figure class="plot">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
        {bins.map(({ from, to, count }) => (
          <rect
            key={from}
            class="plot-bar"
            x={x(from) + 0.5}
            width={Math.max(1, x(to) - x(from) - 1)}
            y={y(count)}
            height={height - bottom - y(count)}
          >
            <title>{`${durationText(from)} to ${durationText(to)}: ${count}`}</title>
          </rect>
        ))}
        <line class="plot-axis" x1="0" x2={width} y1={height - bottom} y2={height - bottom} />
        {[...ticksIn(10 ** first, 10 ** last)].map((tick) => (
          <text key={tick} class="plot-label" x={x(tick)} y={height - 4} text-anchor={anchorAt(x(tick))}>
            {durationText(tick)}
          </text>
        ))}
        {markers(median, most).map(([name, value]) => (
          <g key={name}>
            <line class="plot-mark" x1={x(value)} x2={x(value)} y1={top - 2} y2={height - bottom} />
            <text class="plot-label strong" x={x(value)} y={top - 4} text-anchor={anchorAt(x(value))}>
              {name}
            </text>
          </g>
        ))}
      </svg>
      <figcaption>{words}</figcaption>
    </figure>
  );
}

/** The markers; only one where both labels would overlap. */
function markers(median: number, most: number): [string, number][] {
  return most / median < 1.6
    ? [["median", median]]
    : [
        ["median", median],
        ["95 %", most],
      ];
}

function anchorAt(x: number): "start" | "middle" | "end" {
  if (x < 24) return "start";
  return x > width - 24 ? "end" : "middle";
}

/** The axis ticks: 1, 10, 100 …, with intermediate ones when there are few. */
function* ticksIn(from: number, to: number): Generator<number> {
  const steps = Math.log10(to / from) < 2 ? [1, 2, 5] : [1];
  for (let decade = 1; decade <= to; decade *= 10) {
    for (const step of steps) if (decade * step >= from && decade * step <= to) yield decade * step;
  }
}
