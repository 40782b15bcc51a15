import type { JSX } from "preact";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import type { ListState } from "../../page-data/location.ts";
import { hasTerm, toggleTerm, type Term } from "../../page-data/query.ts";
import type { RunHead } from "../../page-data/run-head.ts";
import type { Go } from "../state/location.ts";
import { BaselineLine } from "./baseline-line.tsx";
import { statuses } from "./status.tsx";

/** In order of urgency. */
const order = Object.keys(statuses) as (keyof typeof statuses)[];

/** The number of scenarios by status, each a filter, and the time and cost of the run. */
export function Tallies(props: {
  head: RunHead;
  list: ListState;
  setList: (next: Partial<ListState>) => void;
  go: Go;
}): JSX.Element {
  const { head, list, setList, go } = props;
  const there = order.filter((status) => head.counts[status] > 0);
  const cost = head.spent.turns + head.spent.asked;
  return (
    <div class="tallies">
      <div class="bar" aria-hidden="true">
        {there.map((status) => (
          <span key={status} class={statuses[status].tone} style={{ flexGrow: head.counts[status] }} />
        ))}
      </div>
      <div class="counts">
        {there.map((status) => {
          const { mark, word, tone } = statuses[status];
          const term: Term = { kind: "field", field: "status", value: status, negated: false };
          return (
            <button
              key={status}
              type="button"
              class={`count ${tone}`}
              aria-pressed={hasTerm(list.query, term)}
              onClick={() => setList({ query: toggleTerm(list.query, term) })}
            >
              <span class="mark" aria-hidden="true">
                {mark}
              </span>
              <b>{head.counts[status].toLocaleString("en")}</b> {word}
            </button>
          );
        })}
        <span class="took">
          {durationText(head.time)}
          {cost > 0 && ` · ${dollarsText(cost)}`}
        </span>
      </div>
      {head.baseline !== null && <BaselineLine baseline={head.baseline} list={list} setList={setList} go={go} />}
    </div>
  );
}
