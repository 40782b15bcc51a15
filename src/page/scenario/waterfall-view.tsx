import type { JSX } from "preact";
import { durationText } from "../../kit/duration.ts";
import type { TurnPage } from "../../page-data/scenario-page.ts";
import { waterfallOf, type Bar } from "./waterfall.ts";

const words: Record<Bar["kind"], string> = { model: "the model", call: "a call", code: "Python", search: "a search" };

/** The times of a turn on one line, scaled to the longest turn, which took `longest` milliseconds. */
export function TimeStrip({ turn, longest }: { turn: TurnPage; longest: number }): JSX.Element {
  const { bars } = waterfallOf(turn);
  return (
    <span class="strip" aria-hidden="true">
      <span class="strip-whole" style={{ width: `${(turn.time.total / Math.max(1, longest)) * 100}%` }}>
        {bars.map((bar, index) => (
          <span
            key={index}
            class={`strip-bar ${bar.kind}`}
            style={{ left: `${bar.start}%`, width: `${bar.width}%` }}
            title={`${bar.label}: ${durationText(bar.took)}`}
          />
        ))}
      </span>
    </span>
  );
}

/** The times of a turn as a waterfall: a line for each activity, under a scale. */
export function WaterfallView({ turn }: { turn: TurnPage }): JSX.Element {
  const { bars, marks } = waterfallOf(turn);
  const { firstToken, waited, delayed, total } = turn.time;
  const notes = [
    `${durationText(total)} in total`,
    ...(firstToken === null ? [] : [`first word after ${durationText(firstToken)}`]),
    ...(delayed > 0 ? [`${durationText(delayed)} of that were delays of stubs`] : []),
    ...(waited > 0 ? [`plus ${durationText(waited)} of waiting (rate limits, pauses before retries)`] : []),
  ];
  return (
    <div class="waterfall">
      <div class="scale" aria-hidden="true">
        {marks.map(({ at, time }) => (
          <span key={time} style={{ left: `${at}%` }}>
            {durationText(time)}
          </span>
        ))}
      </div>
      <ol class="bars">
        {bars.map(({ kind, label, start, width, from, took }, index) => (
          <li key={index}>
            <span class="bar-label">{label}</span>
            <span class="bar-track" aria-hidden="true">
              <span class={`strip-bar ${kind}`} style={{ left: `${start}%`, width: `${width}%` }} />
            </span>
            <span class="bar-time">
              <span class="short">
                {words[kind]} from {durationText(from)} for{" "}
              </span>
              {durationText(took)}
            </span>
          </li>
        ))}
      </ol>
      <p class="dim">{notes.join("; ")}</p>
    </div>
  );
}
