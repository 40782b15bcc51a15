import type { JSX } from "preact";
import type { HistoryPoint } from "../../page-data/run-head.ts";
import { timeText } from "../frame/top-bar.tsx";

const width = 400;
const height = 132;
const left = 36;
const right = 12;
const bottom = 20;
const top = 10;

/** The pass rates of consecutive runs, each with its 95 % confidence interval. */
export function PassRatePlot({ history, run }: { history: readonly HistoryPoint[]; run: string | null }): JSX.Element {
  const least = Math.max(0, Math.floor(Math.min(...history.map(({ low }) => low)) * 10) / 10);
  const x = (at: number) => left + 8 + (at / Math.max(1, history.length - 1)) * (width - left - right - 16);
  const y = (rate: number) => top + ((1 - rate) / (1 - least || 1)) * (height - top - bottom);
  const last = history.at(-1);
  const words = last === undefined ? "" : `${pointText(last)}. ${trendText(history)}`;
  return (
    <figure class="plot">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
        {[1, (1 + least) / 2, least].map((rate) => (
          <g key={rate}>
            <line class="plot-grid" x1={left} x2={width - right} y1={y(rate)} y2={y(rate)} />
            <text class="plot-label" x={left - 6} y={y(rate) + 4} text-anchor="end">
              {percent(rate)}
            </text>
          </g>
        ))}
        <polyline class="plot-line" points={history.map((point, at) => `${x(at)},${y(rateOf(point))}`).join(" ")} />
        {history.map((point, at) => (
          <g key={point.run} class={point.run === run ? "plot-point here" : "plot-point"}>
            <line x1={x(at)} x2={x(at)} y1={y(point.high)} y2={y(point.low)} />
            <circle cx={x(at)} cy={y(rateOf(point))} r={point.run === run ? 4 : 3} />
            <title>{`${timeText(point.began)}: ${pointText(point)}`}</title>
          </g>
        ))}
        <text class="plot-label" x={left} y={height - 4}>
          {dayText(history[0]?.began ?? "")}
        </text>
        <text class="plot-label" x={width - right} y={height - 4} text-anchor="end">
          this run
        </text>
      </svg>
      <figcaption>{words}</figcaption>
      <details class="plot-table">
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Passed</th>
              <th scope="col">Rate</th>
              <th scope="col">95 %</th>
            </tr>
          </thead>
          <tbody>
            {history.map((point) => (
              <tr key={point.run}>
                <th scope="row">{timeText(point.began)}</th>
                <td>
                  {point.passed}/{point.counted}
                </td>
                <td>{percent(rateOf(point))}</td>
                <td>
                  {percent(point.low)} – {percent(point.high)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function rateOf({ passed, counted }: HistoryPoint): number {
  return counted === 0 ? 0 : passed / counted;
}

function pointText(point: HistoryPoint): string {
  return `${point.passed} of ${point.counted} passed, ${percent(rateOf(point))} (${percent(point.low)} – ${percent(point.high)})`;
}

/** A sentence on whether the last run is significantly worse or better than the previous one, whose interval then does not overlap. */
function trendText(history: readonly HistoryPoint[]): string {
  const [last, before] = [history.at(-1), history.at(-2)];
  if (last === undefined || before === undefined) return "";
  if (last.high < before.low) return "Worse than the previous run.";
  return last.low > before.high ? "Better than the previous run." : "No clear difference from the previous run.";
}

function percent(share: number): string {
  const value = share * 100;
  return `${value > 99 && value < 100 ? value.toFixed(1) : Math.round(value)} %`;
}

function dayText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleDateString(undefined, { dateStyle: "medium" });
}
