import type { JSX } from "preact";
import type { IndexRow } from "../../page-data/index-row.ts";

const changes: Record<NonNullable<IndexRow["change"]>, { mark: string; word: string; tone: string }> = {
  regression: { mark: "▼", word: "worse", tone: "fail" },
  improved: { mark: "▲", word: "better", tone: "pass" },
  insufficient: { mark: "?", word: "too few runs to tell", tone: "dim" },
  new: { mark: "+", word: "new", tone: "link" },
  rewritten: { mark: "≠", word: "rewritten", tone: "dim" },
  gone: { mark: "−", word: "gone", tone: "dim" },
  stable: { mark: "=", word: "as before", tone: "dim" },
};

/** The change of a scenario since the baseline: `▼ worse 20/20 → 9/20 p=0.001`. */
export function changeLine(row: IndexRow): JSX.Element {
  const { change, before, passed, counted, p } = row;
  if (change === null) return <span class="dim">not compared</span>;
  const { mark, word, tone } = changes[change];
  return (
    <>
      <span class={tone}>
        <span aria-hidden="true">{mark}</span> {word}
      </span>{" "}
      {before !== null && (
        <span>
          {before.passed}/{before.counted} → {passed}/{counted}
        </span>
      )}{" "}
      {p !== null && <span class="dim">{p < 0.001 ? "p<0.001" : `p=${p.toPrecision(2)}`}</span>}
    </>
  );
}

/** The kinds of changes, the most important first. */
export const changeOrder = Object.keys(changes) as (keyof typeof changes)[];
