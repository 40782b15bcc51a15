import type { JSX } from "preact";
import { changeNames } from "../../page-data/filter.ts";
import type { ListState } from "../../page-data/location.ts";
import { hasTerm, toggleTerm, type ChangeName, type Term } from "../../page-data/query.ts";
import type { BaselineHead } from "../../page-data/run-head.ts";
import type { Go } from "../state/location.ts";

type Change = keyof BaselineHead["counts"];

const shown: readonly [Change, mark: string, tone: string][] = [
  ["regression", "▼", "fail"],
  ["improved", "▲", "pass"],
  ["new", "+", "link"],
  ["rewritten", "≠", "dim"],
  ["gone", "−", "dim"],
  ["insufficient", "?", "dim"],
];

/** The changes since the baseline; each kind is a filter. */
export function BaselineLine(props: {
  baseline: BaselineHead;
  list: ListState;
  setList: (next: Partial<ListState>) => void;
  go: Go;
}): JSX.Element {
  const { baseline, list, setList, go } = props;
  return (
    <p class="against">
      <span class="against-file">against {baseline.file}</span>
      {shown.flatMap(([change, mark, tone]) => {
        const count = baseline.counts[change];
        if (count === 0) return [];
        const name = changeNames[change];
        const term: Term = { kind: "change", change: name as ChangeName, negated: false };
        const content = (
          <>
            <span class="mark" aria-hidden="true">
              {mark}
            </span>
            <b>{count}</b> {name}
          </>
        );
        return [
          change === "gone" ? (
            <span key={change} class="count dim" title={baseline.gone.join(", ")}>
              {content}
            </span>
          ) : (
            <button
              key={change}
              type="button"
              class={`count ${tone}`}
              aria-pressed={hasTerm(list.query, term)}
              onClick={() => setList({ query: toggleTerm(list.query, term) })}
            >
              {content}
            </button>
          ),
        ];
      })}
      <button type="button" class="compare" onClick={() => go({ screen: "diff", list })}>
        Compare
      </button>
    </p>
  );
}
